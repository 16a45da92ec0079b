// trackunit-client: a photo of a construction machine goes in; brand, type and model come out, live.
export {
  createTrackunitClient,
  type TrackunitClient,
  type TrackunitClientOptions,
} from './client.ts';
export type { TokenSource, CallOptions } from './graphql/transport.ts';
export type { Retry } from './graphql/retry.ts';
export type { PhotoOptions } from './upload/upload-photo.ts';
export type { Progress } from './upload/put-photo.ts';
export type { WatchOptions } from './feed/watch-feed.ts';
export type {
  AnalysisEvent,
  CompletedEvent,
  FeedEvent,
  StartedEvent,
  UploadedEvent,
} from './feed/events.ts';
export {
  CursorExpiredError,
  TrackunitError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
  UploadRefusedError,
} from './graphql/errors.ts';
export { remedyOf } from './graphql/remedies.ts';
export { requireSize } from './upload/photo.ts';
