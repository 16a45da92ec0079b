import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { countRootFields, limitDepth, limitRootFields } from './limit-query.ts';
import type { Limits } from '../limits/limits.ts';
import { withCode } from './mask-errors.ts';

export type DocumentLimits = Pick<
  Limits,
  'QUERY_TOKENS' | 'QUERY_ROOT_FIELDS' | 'QUERY_DEPTH' | 'INTROSPECTION'
>;

const maximumErrors = 5;
const cached = { documents: 500, characters: 1_000_000 };

/** A query text, read once: thousands of subscribers of one client share one document. */
export interface LoadedDocument {
  /** Undefined where the text has a syntax error. */
  readonly document: DocumentNode | undefined;
  /** The named operation; undefined where there is none, or more than one and no name. */
  operation(name: string | null | undefined): OperationDefinitionNode | undefined;
  /** Fields at the root of the operation, fragments counted out. */
  rootFields(operation: OperationDefinitionNode): number;
  /** Syntax and validation errors; at most a handful, and none that suggests names. */
  errors(): readonly GraphQLError[];
}

export type LoadDocument = (query: string) => LoadedDocument;

/** Only valid documents sent with a token are cached: nobody else can push them out. */
export function createDocuments(schema: GraphQLSchema, limits: DocumentLimits): LoadDocument {
  const cache = new LRUCache<string, LoadedDocument>({
    max: cached.documents,
    maxSize: cached.characters,
    sizeCalculation: (_document, query) => query.length,
  });
  const rules = [
    limitRootFields(limits.QUERY_ROOT_FIELDS),
    limitDepth(limits.QUERY_DEPTH),
    ...specifiedRules,
  ];
  const check = (document: DocumentNode) => {
    if (!limits.INTROSPECTION) {
      const [refusal] = validate(schema, document, [NoSchemaIntrospectionCustomRule]);
      if (refusal !== undefined) return [withCode(refusal, 'INTROSPECTION_OFF')];
    }
    return validate(schema, document, rules, {
      maxErrors: maximumErrors,
      hideSuggestions: !limits.INTROSPECTION,
    }).map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  };
  return (query) => {
    const known = cache.get(query);
    if (known !== undefined) return known;
    const loaded = load(query, limits, (document) => {
      const errors = check(document);
      if (errors.length === 0) cache.set(query, loaded);
      return errors;
    });
    return loaded;
  };
}

function load(
  query: string,
  limits: DocumentLimits,
  check: (document: DocumentNode) => readonly GraphQLError[],
): LoadedDocument {
  let document: DocumentNode | undefined;
  let errors: readonly GraphQLError[] | undefined;
  try {
    document = parse(query, { maxLexicalTokens: limits.QUERY_TOKENS });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    errors = [withCode(error, 'GRAPHQL_PARSE_FAILED')];
  }
  const fragmentOf = (name: string) =>
    document?.definitions.find(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    ) as FragmentDefinitionNode | undefined;
  return {
    document,
    operation: (name) => (document && getOperationAST(document, name)) ?? undefined,
    rootFields: (operation) => countRootFields(operation, fragmentOf, limits.QUERY_ROOT_FIELDS),
    // Only callers with a token get this far: validation costs most.
    errors: () => (errors ??= document === undefined ? [] : check(document)),
  };
}

/** True for an operation that asks for `ping` and nothing else: what needs no token. */
export function isPublic(operation: OperationDefinitionNode | undefined): boolean {
  if (operation?.operation !== OperationTypeNode.QUERY) return false;
  return operation.selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === 'ping',
  );
}
