// trackunit-client: a photo of a construction machine goes in; brand, type and model come out, live.
export {
  createTrackunitClient,
  type TrackunitClient,
  type TrackunitClientOptions,
} from './client.ts';
export type { TokenSource, CallOptions } from './transport.ts';
export type { Retry } from './retry.ts';
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
} from './errors.ts';
export { remedyOf } from './remedies.ts';
export { requireSize } from './upload/photo.ts';
