import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FieldNode,
  type ValidationContext,
} from 'graphql';

/**
 * The schema tells nothing of itself, but one thing: `__type(name: $name) { name }` echoes a name that
 * the asker knew already. The audits of GraphQL over HTTP send their variables that way. All other
 * introspection begins at `__schema` or `__type` too.
 */
export function RefuseIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const name = node.name.value;
      if (name !== '__schema' && (name !== '__type' || isEcho(node))) return;
      context.reportError(
        new GraphQLError(`introspection is off: ${name}`, {
          nodes: node,
          extensions: { code: 'INTROSPECTION_OFF' },
        }),
      );
    },
  };
}

const isEcho = (node: FieldNode) =>
  (node.selectionSet?.selections ?? []).every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === 'name',
  );
