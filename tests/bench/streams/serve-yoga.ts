import { randomUUID } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { createPubSub, createSchema, createYoga, filter, pipe } from 'graphql-yoga';
import type { AnalysisCompleted } from '../../../contracts/events.ts';
import { isCaughtUp, openFeeds } from '../../../gateway/feed/feeds.ts';
import { createMetrics } from '../../../gateway/metrics.ts';
import { createResolvers } from '../../../gateway/resolvers.ts';
import {
  createSchema as createGatewaySchema,
  schemaText,
} from '../../../gateway/graphql/schema.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { feedBytes, nowhere, openStreamsInMemory, ownerIn, until } from './feeds-in-memory.ts';
import { anEvent, type ServedStreams } from './payload.ts';

/** graphql-yoga in the gateway's place: its schema, resolvers, feeds and index behind it. */
export async function serveYogaWithFeeds(): Promise<ServedStreams> {
  const metrics = createMetrics(createHealth({}).registry);
  const { rabbit, prepare } = openStreamsInMemory();
  const feeds = openFeeds({
    rabbit,
    windowMs: 3_600_000,
    bytes: feedBytes,
    counters: metrics.feed,
    logger: silentLogger(),
    now: Date.now,
  });
  await until(() => isCaughtUp(feeds));
  const schema = createGatewaySchema(
    createResolvers({
      ingestion: nowhere,
      orchestrator: nowhere,
      register: nowhere,
      feeds,
      metrics,
      uploads: { take: () => Promise.resolve() },
      redos: { take: () => Promise.resolve(), giveBack: () => Promise.resolve() },
    }),
  );
  return { port: await serve(schema), prepare };
}

interface Announced extends AnalysisCompleted {
  owner: string;
  eventId: string;
  correlationId: string;
  cursor: string;
}

/**
 * graphql-yoga as its documents show it, with the same schema: a topic per owner, or one topic and a
 * filter per subscriber. Its payloads are ready made; nothing is decoded, indexed or kept.
 */
export async function serveYoga(way: 'topics' | 'filtered'): Promise<ServedStreams> {
  setMaxListeners(0); // thousands listen to one topic here, on purpose
  const pubSub = createPubSub<{ completed: [owner: string, event: Announced]; all: [Announced] }>();
  const subscribe = (_root: unknown, _args: unknown, { caller }: { caller: { owner: string } }) =>
    way === 'topics'
      ? pubSub.subscribe('completed', caller.owner)
      : pipe(
          pubSub.subscribe('all'),
          filter((event) => event.owner === caller.owner),
        );
  const resolve = (event: Announced) => event;
  const port = await serve(
    createSchema({
      typeDefs: schemaText,
      resolvers: { Subscription: { onAnalysisCompleted: { subscribe, resolve } } },
    }),
  );
  return {
    port,
    prepare(owner, bytes) {
      const { id, data, correlationid: correlationId } = anEvent(owner, bytes);
      const event = { ...data, owner, eventId: id, correlationId, cursor: randomUUID() };
      return () => {
        if (way === 'topics') pubSub.publish('completed', owner, event);
        else pubSub.publish('all', event);
      };
    },
  };
}

async function serve(schema: GraphQLSchema): Promise<number> {
  const yoga = createYoga({
    logging: false,
    graphiql: false,
    schema,
    context: ({ request }) => ({
      caller: {
        owner: ownerIn(request.headers.get('authorization')),
        expiresAt: Infinity,
        readOnly: true,
      },
    }),
  });
  const server = createServer((request, response) => void yoga(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
