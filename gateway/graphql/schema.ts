import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { GatewayResolvers } from '../resolvers.ts';

export const schemaText = readFileSync(
  new URL('../../contracts/schema.graphql', import.meta.url),
  'utf8',
);

type FieldCode =
  | GraphQLFieldResolver<unknown, GatewayContext>
  | Record<'subscribe' | 'resolve', GraphQLFieldResolver<unknown, GatewayContext>>;

/** The published SDL with the code of its fields. */
export function createSchema(resolvers: GatewayResolvers): GraphQLSchema {
  const schema = buildSchema(schemaText);
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined || !('getFields' in type)) throw new Error(`no type ${typeName}`);
    for (const [fieldName, code] of Object.entries(fields as Record<string, FieldCode>)) {
      const field = type.getFields()[fieldName];
      if (field === undefined) throw new Error(`no field ${typeName}.${fieldName}`);
      Object.assign(field, typeof code === 'function' ? { resolve: code } : code);
    }
  }
  return schema;
}
