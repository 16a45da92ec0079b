import { maximumImageBytes } from '../contracts/recognition.ts';
import { Problem } from '../platform/http/problem.ts';
import type { RestClient } from '../platform/http/rest-client.ts';
import { ownerOf, type GatewayContext } from './graphql/context.ts';
import { cursorExpired, fieldOf } from './feed/cursor.ts';
import type { FeedView } from './feed/feed-view.ts';
import { assertCaughtUp, viewsOf, type Feeds, type FeedViews } from './feed/feeds.ts';
import type { PayloadOrError } from './feed/source-stream.ts';
import { subscribeToFeed, type AnalysisState, type ToPayload } from './feed/subscribe-to-feed.ts';
import type { GatewayResolvers } from './graphql/schema.ts';
import {
  cancelAnalysis,
  correctAnalysis,
  deleteAnalysis,
  redoAnalysis,
} from './change-analysis.ts';
import type { RedoLimit } from './limits/limit-mutations.ts';
import type { UploadLimit } from './limits/limit-uploads.ts';
import type { GatewayMetrics } from './metrics.ts';
import { listAnalyses, readAnalysis, readCorrection, readState } from './read-analyses.ts';
import { toCompleted, toEnvelope, toStarted } from './to-payload.ts';
import { confirmUpload, renewUpload, startUpload } from './upload-photo.ts';

export interface ResolverDeps {
  ingestion: RestClient;
  orchestrator: RestClient;
  register: RestClient;
  feeds: Feeds;
  metrics: GatewayMetrics;
  uploads: UploadLimit;
  redos: RedoLimit;
}

export function createResolvers(deps: ResolverDeps): GatewayResolvers {
  const { ingestion, orchestrator, register, feeds } = deps;
  const views = viewsOf(feeds);
  return {
    Query: {
      ping: () => 'pong',
      async analysis(_root, args, context) {
        const owner = ownerOf(context);
        const analysis = await readAnalysis(
          { ...deps, feed: views.events, queue: context.queue },
          owner,
          args,
        );
        return feeds.deleted.has(owner, args.correlationId) ? null : analysis; // Temporal has it for a moment yet
      },
      analyses: (_root, page, context) =>
        listAnalyses(register, ownerOf(context), page).catch((error: unknown) =>
          expiredOr(error, views, page.atLeast),
        ),
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
      correctAnalysis: (_root, args, context) =>
        correctAnalysis(orchestrator, ownerOf(context), args),
      async deleteAnalysis(_root, args, context) {
        const owner = ownerOf(context);
        const payload = await deleteAnalysis(orchestrator, owner, args);
        feeds.forget(owner, args.correlationId); // its event may be a moment behind
        return payload;
      },
      redoAnalysis: (_root, args, context) => redoAnalysis(deps, ownerOf(context), args),
      cancelAnalysis: (_root, args, context) =>
        cancelAnalysis(orchestrator, ownerOf(context), args),
    },
    Analysis: {
      photo: ({ objectKey }, _args, { photos }) => photos?.load(objectKey) ?? null,
      correction: ({ correlationId, correction }, _args, context) =>
        correction === undefined
          ? readCorrection(register, ownerOf(context), correlationId)
          : correction,
      queue: ({ correlationId, state }, _args, { queue }) =>
        state === 'RUNNING' && queue ? queue.load(correlationId) : null,
    },
    Subscription: {
      onAnalysisStarted: subscription(deps, views.started, toStarted),
      onAnalysisCompleted: subscription(deps, views.completed, toCompleted),
      analysisEvents: subscription(deps, views.events, toEnvelope, readStateWithCorrection),
    },
  };
}

/** The register would answer `NOT_APPLIED` for ever to a cursor of a stream that was recreated since. */
async function expiredOr(
  error: unknown,
  views: FeedViews,
  atLeast: string | null | undefined,
): Promise<never> {
  if (atLeast == null || !(error instanceof Problem) || error.code !== 'NOT_APPLIED') throw error;
  const view = Object.values(views).find(({ field }) => field === fieldOf(atLeast));
  const positions = view?.decodeCursor(atLeast) ?? [];
  if ((await view?.isBehindEnd(positions)) !== true) throw error;
  throw cursorExpired('the feed was recreated', positions);
}

const readFeedCursors = ({ started, completed, events }: FeedViews) => ({
  started: started.newestCursor(),
  completed: completed.newestCursor(),
  events: events.newestCursor(),
});

/** The orchestrator knows of no correction. While the register is away a result goes out without it. */
const readStateWithCorrection: typeof readState = async (services, owner, id, timeoutMs) => {
  const state: AnalysisState | undefined = await readState(services, owner, id, timeoutMs);
  if (state === undefined || state.completedAt === null || state.correction !== undefined)
    return state;
  const correction = readCorrection(services.register, owner, id, timeoutMs);
  return { ...state, correction: await correction.catch(nullIfUnavailable) };
};

function nullIfUnavailable(error: unknown): null {
  if (error instanceof Problem) return null;
  throw error;
}

function subscription<Payload extends object>(
  deps: ResolverDeps,
  feed: FeedView,
  toPayload: ToPayload<Payload>,
  read: typeof readState = readState,
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
          readState: (owner, id, timeoutMs) => read(deps, owner, id, timeoutMs),
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
