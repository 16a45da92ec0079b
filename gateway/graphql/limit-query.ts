import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

type FragmentOf = (name: string) => FragmentDefinitionNode | null | undefined;

/**
 * Bounds the fields at the root of an operation, fragments counted out: a thousand aliases of
 * `startUpload` fit into one small request, and each would be a call to another service.
 */
export const limitRootFields =
  (most: number) =>
  (context: ValidationContext): ASTVisitor => ({
    OperationDefinition(operation) {
      if (countRootFields(operation, (name) => context.getFragment(name), most) <= most) return;
      context.reportError(
        new GraphQLError(
          `too many root fields: at most ${most} in one operation, aliases and fragments included`,
          {
            nodes: operation,
            extensions: { code: 'TOO_MANY_ROOT_FIELDS' },
          },
        ),
      );
    },
  });

/** Counts no further than one more than `most`: doubling fragments would grow without end. */
export function countRootFields(
  operation: OperationDefinitionNode,
  fragmentOf: FragmentOf,
  most: number,
): number {
  const count = (selections: SelectionSetNode, seen: ReadonlySet<string>): number => {
    let fields = 0;
    for (const selection of selections.selections) {
      if (fields > most) break;
      if (selection.kind === Kind.FIELD) fields += 1;
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        fields += count(selection.selectionSet, seen);
      else {
        const name = selection.name.value;
        const fragment = seen.has(name) ? undefined : fragmentOf(name);
        if (fragment) fields += count(fragment.selectionSet, new Set([...seen, name]));
      }
    }
    return fields;
  };
  return count(operation.selectionSet, new Set());
}

/**
 * Bounds the nesting of fields. Introspection has a bound of its own in graphql-js and is left out,
 * because the query that every tool sends is deep.
 */
export const limitDepth =
  (most: number) =>
  (context: ValidationContext): ASTVisitor => {
    const depths = new Map<string, number>(); // of fragments; a cycle finds 0, and another rule
    const depthOf = (selections: SelectionSetNode): number =>
      selections.selections.reduce((deepest, selection) => {
        if (selection.kind === Kind.INLINE_FRAGMENT)
          return Math.max(deepest, depthOf(selection.selectionSet));
        if (selection.kind === Kind.FRAGMENT_SPREAD)
          return Math.max(deepest, depthOfFragment(selection.name.value));
        if (selection.name.value.startsWith('__')) return Math.max(deepest, 1);
        return Math.max(
          deepest,
          1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0),
        );
      }, 0);
    const depthOfFragment = (name: string): number => {
      const known = depths.get(name);
      if (known !== undefined) return known;
      depths.set(name, 0);
      const fragment = context.getFragment(name);
      const depth = fragment ? depthOf(fragment.selectionSet) : 0;
      depths.set(name, depth);
      return depth;
    };
    return {
      OperationDefinition(operation) {
        if (depthOf(operation.selectionSet) <= most) return;
        context.reportError(
          new GraphQLError(`too deep: at most ${most} nested fields`, {
            nodes: operation,
            extensions: { code: 'TOO_DEEP' },
          }),
        );
      },
    };
  };
