import { maximumImageBytes } from '../contracts/recognition.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import { ownerOf, type GatewayContext } from './graphql/context.ts';
import type { FeedView } from './feed/feed-view.ts';
import { assertCaughtUp, viewsOf, type Feeds, type FeedViews } from './feed/feeds.ts';
import type { PayloadOrError } from './feed/source-stream.ts';
import { subscribeToFeed, type ToPayload } from './feed/subscribe-to-feed.ts';
import type { GatewayResolvers } from './graphql/schema.ts';
import type { UploadLimit } from './limits/limit-uploads.ts';
import type { GatewayMetrics } from './metrics.ts';
import { listAnalyses, readAnalysis, readState } from './read-analyses.ts';
import { toCompleted, toEnvelope, toStarted } from './to-payload.ts';
import { confirmUpload, renewUpload, startUpload } from './upload-photo.ts';

export interface ResolverDeps {
  ingestion: RestClient;
  orchestrator: RestClient;
  register: RestClient;
  feeds: Feeds;
  metrics: GatewayMetrics;
  uploads: UploadLimit;
}

export function createResolvers(deps: ResolverDeps): GatewayResolvers {
  const { ingestion, register, feeds } = deps;
  const views = viewsOf(feeds);
  return {
    Query: {
      ping: () => 'pong',
      analysis: (_root, args, context) =>
        readAnalysis({ ...deps, feed: views.events }, ownerOf(context), args),
      analyses: (_root, page, context) => listAnalyses(register, ownerOf(context), page),
      feedCursors() {
        assertCaughtUp(feeds);
        return readFeedCursors(views);
      },
    },
    Mutation: {
      async startUpload(_root, photo, context) {
        const owner = ownerOf(context);
        const upload = await startUpload(ingestion, owner, photo);
        await deps.uploads.take(owner, photo.bytes ?? maximumImageBytes);
        return upload;
      },
      renewUpload: (_root, upload, context) => renewUpload(ingestion, ownerOf(context), upload),
      confirmUpload: (_root, claim, context) => confirmUpload(ingestion, ownerOf(context), claim),
    },
    Analysis: { photo: ({ objectKey }, _args, { photos }) => photos?.load(objectKey) ?? null },
    Subscription: {
      onAnalysisStarted: subscription(deps, views.started, toStarted),
      onAnalysisCompleted: subscription(deps, views.completed, toCompleted),
      analysisEvents: subscription(deps, views.events, toEnvelope),
    },
  };
}

const readFeedCursors = ({ started, completed, events }: FeedViews) => ({
  started: started.newestCursor(),
  completed: completed.newestCursor(),
  events: events.newestCursor(),
});

function subscription<Payload extends object>(
  deps: ResolverDeps,
  feed: FeedView,
  toPayload: ToPayload<Payload>,
) {
  return {
    subscribe: (
      _root: unknown,
      args: { correlationId?: string | null; after?: string | null },
      context: GatewayContext,
    ) =>
      subscribeToFeed(
        {
          feed,
          toPayload,
          counters: deps.metrics,
          readState: (owner, id, timeoutMs) => readState(deps, owner, id, timeoutMs),
          onOverflow: () => context.stream?.end('overflow'),
          onBehind: () => context.stream?.end('behind'),
        },
        { ...args, owner: ownerOf(context) },
      ),
    resolve: (result: PayloadOrError<Payload>): Payload => {
      if (result instanceof Error) throw result;
      return result;
    },
  };
}
