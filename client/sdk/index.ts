// trackunit-client: a photo of a construction machine goes in; brand, type and model come out, live.
export {
  createTrackunitClient,
  type AnalysisEvent,
  type TrackunitClient,
  type TrackunitClientOptions,
} from './client.ts';
export type { TokenSource } from './graphql/access-token.ts';
export type { CallOptions } from './graphql/transport.ts';
export type { Retry } from './graphql/retry.ts';
export type { PhotoOptions, UploadedEvent } from './upload/upload-photo.ts';
export type { Progress } from './upload/put-request.ts';
export type { WatchOptions } from './feed/watch-feed.ts';
export type { CompletedEvent, FeedEvent, StartedEvent } from './feed/events.ts';
export {
  CursorExpiredError,
  TrackunitError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
  UploadRefusedError,
} from './graphql/errors.ts';
export { remedyOf } from './graphql/remedies.ts';
export { assertPhotoSize } from './upload/photo.ts';
export { photoTypeOf } from './upload/photo-type.ts';
