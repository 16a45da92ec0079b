import type {
  Analysis,
  CancelAnalysisPayload,
  ConfirmUploadPayload,
  CorrectAnalysisPayload,
  DeleteAnalysisPayload,
  FeedCursors,
  MutationConfirmUploadArgs,
  MutationCorrectAnalysisArgs,
  MutationRenewUploadArgs,
  MutationStartUploadArgs,
  RedoAnalysisPayload,
  StartUploadPayload,
} from './graphql/api.generated.ts';
import { request } from './graphql/documents.ts';
import type { GraphQLRequest } from './graphql/read-answer.ts';
import type { FeedEvent } from './feed/events.ts';
import { analyzePhoto, type AnalysisEvent } from './analyze-photo.ts';
import { followAnalysis } from './feed/follow-analysis.ts';
import { createSharedFeed } from './feed/shared-feed.ts';
import {
  readAnalyses,
  readAnalysis,
  readFeedCursors,
  type ListOptions,
} from './graphql/read-analyses.ts';
import type { TokenSource } from './http/access-token.ts';
import { changeAnalysis } from './graphql/change-analysis.ts';
import { createTransport, type CallOptions } from './graphql/transport.ts';
import { defaultBackoff, type Backoff, type Retry } from './http/retry.ts';
import {
  confirmUpload,
  renewUpload,
  startUpload,
  uploadPhoto,
  type PhotoOptions,
  type UploadedEvent,
} from './upload/upload-photo.ts';
import { watchFeed, type WatchOptions } from './feed/watch-feed.ts';

export interface TrackunitClientOptions {
  /** The GraphQL endpoint, e.g. `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  readonly token: TokenSource;
  readonly fetch?: typeof fetch | undefined;
  /** Pauses between attempts; default: 250 ms, doubling to 10 s. */
  readonly backoff?: Backoff | undefined;
  /** How long a failing call is retried before it throws; default: one minute. Streams: for ever. */
  readonly retryForMs?: number | undefined;
  /** Called before each retry of a call or a stream, to show why nothing moves. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

/** All of it works in browsers and in Node, and ends with the signal's reason when aborted. */
export interface TrackunitClient {
  /** The whole journey of one photo: `uploaded`, `started` (unless overtaken), `completed`. */
  analyze(photo: Blob | Uint8Array, options?: PhotoOptions): AsyncIterable<AnalysisEvent>;
  /** The first half: returns once the photo is accepted. */
  upload(photo: Blob | Uint8Array, options?: PhotoOptions): Promise<UploadedEvent>;
  /** The second half, at any time: what is known of an analysis, then live to its end. */
  follow(correlationId: string, options?: CallOptions): AsyncIterable<FeedEvent>;
  /** Every event of the caller's own analyses, each once, until aborted. */
  watch(options?: WatchOptions): AsyncIterable<FeedEvent>;
  analysis(correlationId: string, options?: CallOptions): Promise<Analysis | null>;
  /** Newest first unless asked otherwise, narrowed where asked, page after page as they are read. */
  analyses(options?: ListOptions): AsyncIterable<Analysis>;
  feedCursors(options?: CallOptions): Promise<FeedCursors>;
  /** Says what the machine is, in place of what was recognised; null: not known. The last one counts. */
  correct(
    correction: MutationCorrectAnalysisArgs,
    options?: CallOptions,
  ): Promise<CorrectAnalysisPayload>;
  /** Deletes the analysis, its photo and all that is known of it. */
  delete(correlationId: string, options?: CallOptions): Promise<DeleteAnalysisPayload>;
  /** Analyses the photo again; `watch` brings what comes of it, a good result stays until there is a better one. */
  redo(correlationId: string, options?: CallOptions): Promise<RedoAnalysisPayload>;
  /** Ends a running analysis: it completes as `CANCELLED`, unless a result came first. */
  cancel(correlationId: string, options?: CallOptions): Promise<CancelAnalysisPayload>;
  /** One attempt: does the gateway answer, and accept the token? */
  ping(options?: CallOptions): Promise<void>;
  /** Any other query or mutation of the schema; what its document asks for comes back. */
  query<Data>(request: GraphQLRequest, options?: CallOptions): Promise<Data>;
  /** For callers that PUT the photo themselves, with the `headers` of the answer. */
  startUpload(upload: MutationStartUploadArgs, options?: CallOptions): Promise<StartUploadPayload>;
  /** A new `putUrl` for the same upload, for 24 hours from its start. */
  renewUpload(upload: MutationRenewUploadArgs, options?: CallOptions): Promise<StartUploadPayload>;
  confirmUpload(
    upload: MutationConfirmUploadArgs,
    options?: CallOptions,
  ): Promise<ConfirmUploadPayload>;
}

export function createTrackunitClient(options: TrackunitClientOptions): TrackunitClient {
  const transport = createTransport({
    url: options.url,
    token: options.token,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    backoff: options.backoff ?? defaultBackoff,
    retryForMs: options.retryForMs ?? 60_000,
    onRetry: options.onRetry,
  });
  const deps = { transport, feed: createSharedFeed(transport) };
  return {
    analyze: (photo, of = {}) => analyzePhoto(deps, photo, of),
    upload: (photo, of = {}) => uploadPhoto(transport, photo, of),
    follow: (correlationId, of = {}) => followAnalysis(deps, correlationId, of.signal),
    watch: (of = {}) => watchFeed(deps, of),
    analysis: (correlationId, of = {}) => readAnalysis(transport, correlationId, of),
    analyses: (of = {}) => readAnalyses(transport, of),
    feedCursors: (of = {}) => readFeedCursors(transport, of),
    correct: (correction, of = {}) => changeAnalysis(transport, 'CorrectAnalysis', correction, of),
    delete: (correlationId, of = {}) =>
      changeAnalysis(transport, 'DeleteAnalysis', { correlationId }, of),
    redo: (correlationId, of = {}) =>
      changeAnalysis(transport, 'RedoAnalysis', { correlationId }, of),
    cancel: (correlationId, of = {}) =>
      changeAnalysis(transport, 'CancelAnalysis', { correlationId }, of),
    async ping(of = {}) {
      await transport.execute(request('Ping'), { retryForMs: 0, ...of });
    },
    query: (asked, of = {}) => transport.execute(asked, of),
    startUpload: (upload, of = {}) => startUpload(transport, upload, of),
    renewUpload: (upload, of = {}) => renewUpload(transport, upload, of),
    confirmUpload: (upload, of = {}) => confirmUpload(transport, upload, of),
  };
}
