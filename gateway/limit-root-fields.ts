import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

export const maximumRootFields = 5;

/**
 * At most five fields at the root of an operation, fragments counted out: a thousand aliases of
 * `startUpload` fit into one small request, and each would be a call to another service.
 */
export function LimitRootFieldsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (countFields(context, operation.selectionSet, new Set()) <= maximumRootFields) return;
      context.reportError(
        new GraphQLError(`at most ${maximumRootFields} fields at the root of an operation`, {
          nodes: operation,
          extensions: { code: 'TOO_MANY_ROOT_FIELDS' },
        }),
      );
    },
  };
}

function countFields(
  context: ValidationContext,
  selections: SelectionSetNode,
  within: ReadonlySet<string>,
): number {
  let count = 0;
  for (const selection of selections.selections) {
    if (count > maximumRootFields) break; // doubling fragments would grow without end
    if (selection.kind === Kind.FIELD) count += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      count += countFields(context, selection.selectionSet, within);
    else {
      const name = selection.name.value;
      const fragment = within.has(name) ? undefined : context.getFragment(name);
      if (fragment)
        count += countFields(context, fragment.selectionSet, new Set([...within, name]));
    }
  }
  return count;
}
