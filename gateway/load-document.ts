import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { LimitRootFieldsRule } from './limit-root-fields.ts';
import { RefuseIntrospectionRule } from './refuse-introspection.ts';

export const maximumLexicalTokens = 1_000;
const maximumErrors = 5;
const cachedDocuments = 500;

/** A query text, read once: thousands of subscribers of one client share one document. */
export interface LoadedDocument {
  /** Undefined where the text is no GraphQL. */
  readonly document: DocumentNode | undefined;
  /** The operation meant; undefined where there is none, or more than one and no name. */
  operation(name: string | null | undefined): OperationDefinitionNode | undefined;
  /** Syntax and validation errors; at most a handful, and none that suggests names. */
  errors(): readonly GraphQLError[];
}

export type LoadDocument = (query: string) => LoadedDocument;

export function createDocuments(schema: GraphQLSchema, introspection: boolean): LoadDocument {
  const cache = new LRUCache<string, LoadedDocument>({ max: cachedDocuments });
  const rules = [
    LimitRootFieldsRule,
    ...specifiedRules,
    ...(introspection ? [] : [RefuseIntrospectionRule]),
  ];
  return (query) => {
    const known = cache.get(query);
    if (known !== undefined) return known;
    const loaded = load(query, (document) =>
      validate(schema, document, rules, {
        maxErrors: maximumErrors,
        hideSuggestions: !introspection,
      }),
    );
    cache.set(query, loaded);
    return loaded;
  };
}

function load(
  query: string,
  check: (document: DocumentNode) => readonly GraphQLError[],
): LoadedDocument {
  const { document, syntaxErrors } = read(query);
  let errors = syntaxErrors;
  return {
    document,
    operation: (name) =>
      document === undefined ? undefined : (getOperationAST(document, name) ?? undefined),
    // Only callers with a token get this far: what costs most waits for them.
    errors: () => (errors ??= document === undefined ? [] : check(document)),
  };
}

function read(query: string): {
  document: DocumentNode | undefined;
  syntaxErrors: readonly GraphQLError[] | undefined;
} {
  try {
    const document = parse(query, { maxLexicalTokens: maximumLexicalTokens });
    return { document, syntaxErrors: undefined };
  } catch (error) {
    if (error instanceof GraphQLError) return { document: undefined, syntaxErrors: [error] };
    throw error;
  }
}

/** True for an operation that asks for `ping` and nothing else: what needs no token. */
export function isPublic(operation: OperationDefinitionNode | undefined): boolean {
  if (operation?.operation !== OperationTypeNode.QUERY) return false;
  return operation.selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === 'ping',
  );
}
