import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type {
  AnalysisResolvers,
  MutationResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from '../../contracts/schema.generated.ts';
import type { GatewayContext } from './context.ts';

export const schemaText = readFileSync(
  new URL('../../contracts/schema.graphql', import.meta.url),
  'utf8',
);

/** The fields that have a resolver, typed by the schema: a new one at its root fails to compile. */
export interface GatewayResolvers {
  Query: Required<QueryResolvers<GatewayContext>>;
  Mutation: Required<MutationResolvers<GatewayContext>>;
  Analysis: Pick<AnalysisResolvers<GatewayContext>, 'photo' | 'correction' | 'queue'>;
  Subscription: Required<SubscriptionResolvers<GatewayContext>>;
}

type Resolver = GraphQLFieldResolver<unknown, GatewayContext>;
type FieldResolvers = Record<string, Resolver | Record<'subscribe' | 'resolve', Resolver>>;

/** The published SDL with its resolvers. */
export function createSchema(resolvers: GatewayResolvers): GraphQLSchema {
  const schema = buildSchema(schemaText);
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined || !('getFields' in type))
      throw new Error(`resolvers: unknown type ${typeName}; use one of schema.graphql`);
    for (const [fieldName, resolver] of Object.entries(fields as FieldResolvers)) {
      const field = type.getFields()[fieldName];
      if (field === undefined)
        throw new Error(`resolvers: unknown field ${typeName}.${fieldName}; see schema.graphql`);
      Object.assign(field, typeof resolver === 'function' ? { resolve: resolver } : resolver);
    }
  }
  return schema;
}
