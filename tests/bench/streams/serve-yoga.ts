import { randomUUID } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPubSub, createSchema, createYoga, filter, pipe } from 'graphql-yoga';
import type { AnalysisCompleted } from '../../../contracts/events.ts';
import { schemaText } from '../../../gateway/schema.ts';
import { anEvent } from './payload.ts';
import type { ServedStreams } from './serve.ts';

interface Announced extends AnalysisCompleted {
  owner: string;
  eventId: string;
  correlationId: string;
  cursor: string;
}

/**
 * graphql-yoga with the same schema: a topic per owner, or one topic and a filter per subscriber, as
 * its documents show it.
 */
export async function serveYoga(way: 'indexed' | 'filtered'): Promise<ServedStreams> {
  setMaxListeners(0); // thousands listen to one topic here, on purpose
  const pubSub = createPubSub<{ completed: [owner: string, event: Announced]; all: [Announced] }>();
  const yoga = createYoga({
    logging: false,
    graphiql: false,
    schema: createSchema<{ request: Request }>({
      typeDefs: schemaText,
      resolvers: {
        Subscription: {
          onAnalysisCompleted: {
            subscribe(_root: unknown, _args: unknown, { request }: { request: Request }) {
              const owner = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
              return way === 'indexed'
                ? pubSub.subscribe('completed', owner)
                : pipe(
                    pubSub.subscribe('all'),
                    filter((event) => event.owner === owner),
                  );
            },
            resolve: (event: Announced) => event,
          },
        },
      },
    }),
  });
  const server = createServer((request, response) => void yoga(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    prepare(owner, bytes) {
      const { id, data, correlationid: correlationId } = anEvent(owner, bytes);
      const event = { ...data, owner, eventId: id, correlationId, cursor: randomUUID() };
      return () => {
        if (way === 'indexed') pubSub.publish('completed', owner, event);
        else pubSub.publish('all', event);
      };
    },
  };
}
