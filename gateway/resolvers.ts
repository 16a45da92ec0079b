import { maximumImageBytes } from '../contracts/recognition.ts';
import type {
  MutationResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from '../contracts/schema.generated.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import { ownerOf, type GatewayContext } from './context.ts';
import { feedNotReady } from './feed/cursor.ts';
import type { Told } from './feed/feed-source.ts';
import type { Feed } from './feed/feed.ts';
import { subscribeToFeed, type FeedWords } from './feed/subscribe-to-feed.ts';
import type { UploadLimit } from './limit-uploads.ts';
import type { GatewayMetrics } from './metrics.ts';
import { listAnalyses, readAnalysis, readState } from './read-analyses.ts';
import { confirmUpload, renewUpload, startUpload } from './upload-photo.ts';
import { completedWords, startedWords } from './word-analysis.ts';

export interface ResolverParts {
  ingestion: RestClient;
  orchestrator: RestClient;
  feeds: { started: Feed; completed: Feed };
  metrics: GatewayMetrics;
  uploads: UploadLimit;
}

/** Every field of the schema that does something, typed by it: a new one fails to compile here. */
export interface GatewayResolvers {
  Query: Required<QueryResolvers<GatewayContext>>;
  Mutation: Required<MutationResolvers<GatewayContext>>;
  Subscription: Required<SubscriptionResolvers<GatewayContext>>;
}

export function createResolvers(parts: ResolverParts): GatewayResolvers {
  const { ingestion, orchestrator, feeds } = parts;
  return {
    Query: {
      ping: () => 'pong',
      analysis: (_root, { correlationId }, context) =>
        readAnalysis(orchestrator, ownerOf(context), correlationId),
      analyses: (_root, { first, after }, context) =>
        listAnalyses(orchestrator, ownerOf(context), {
          first,
          after,
        }),
      feedCursors: () => readFeedCursors(feeds),
    },
    Mutation: {
      async startUpload(_root, photo, context) {
        const owner = ownerOf(context);
        const upload = await startUpload(ingestion, owner, photo);
        await parts.uploads.take(owner, photo.bytes ?? maximumImageBytes);
        return upload;
      },
      renewUpload: (_root, upload, context) => renewUpload(ingestion, ownerOf(context), upload),
      confirmUpload: (_root, claim, context) => confirmUpload(ingestion, ownerOf(context), claim),
    },
    Subscription: {
      onAnalysisStarted: subscription(parts, feeds.started, startedWords),
      onAnalysisCompleted: subscription(parts, feeds.completed, completedWords),
    },
  };
}

/** @throws {Problem} 503 `FEED_UNAVAILABLE` */
function readFeedCursors(feeds: ResolverParts['feeds']) {
  const started = feeds.started.newestCursor();
  const completed = feeds.completed.newestCursor();
  if (!feeds.started.caughtUp || !feeds.completed.caughtUp || !started || !completed)
    throw feedNotReady();
  return { started, completed };
}

function subscription<Payload extends object>(
  parts: ResolverParts,
  feed: Feed,
  words: FeedWords<Payload>,
) {
  const counters = {
    replayed: (events: number) => parts.metrics.replayed(feed.field, events),
    cursorExpired: () => parts.metrics.cursorExpired(feed.field),
  };
  return {
    subscribe: (
      _root: unknown,
      args: { correlationId?: string | null; after?: string | null },
      context: GatewayContext,
    ) =>
      subscribeToFeed(
        {
          feed,
          words,
          counters,
          askState: (owner, id, withinMs) => readState(parts.orchestrator, owner, id, withinMs),
          onOverflow: () => context.stream?.end('overflow'),
          onBehind: () => context.stream?.end('behind'),
        },
        { owner: ownerOf(context), correlationId: args.correlationId, after: args.after },
      ),
    resolve: (told: Told<Payload>): Payload => {
      if (told instanceof Error) throw told;
      return told;
    },
  };
}
