// trackunit-client: a photo of a construction machine goes in; brand, type and model come out, live.
export {
  createTrackunitClient,
  type TrackunitClient,
  type TrackunitClientOptions,
} from './client.ts';
export type { AnalysisEvent } from './analyze-photo.ts';
export type { TokenSource } from './http/access-token.ts';
export type { CallOptions } from './graphql/transport.ts';
export type { ListOptions } from './graphql/read-analyses.ts';
export type { Backoff, Retry } from './http/retry.ts';
export type { PhotoOptions, UploadedEvent } from './upload/upload-photo.ts';
export type { Progress } from './upload/put-request.ts';
export type { WatchOptions } from './feed/watch-feed.ts';
export type {
  CompletedEvent,
  CorrectedEvent,
  DeletedEvent,
  FeedEvent,
  StartedEvent,
} from './feed/events.ts';
export type {
  Aggregate,
  AnalysesOrder,
  Analysis,
  AnalysisState,
  CancelAnalysisPayload,
  ConfirmUploadPayload,
  CorrectAnalysisPayload,
  Correction,
  DeleteAnalysisPayload,
  Failure,
  FailureCode,
  FeedCursors,
  ImageUpload,
  Photo,
  Provider,
  Recognition,
  RecognitionStatus,
  Redo,
  RedoAnalysisPayload,
  StartUploadPayload,
  MutationConfirmUploadArgs,
  MutationCorrectAnalysisArgs,
  MutationRenewUploadArgs,
  MutationStartUploadArgs,
  QueryAnalysesArgs,
  UploadHeader,
} from './graphql/api.generated.ts';
export {
  ChangeRefusedError,
  CursorExpiredError,
  TrackunitError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
  UploadRefusedError,
} from './http/errors.ts';
export { remedyOf } from './http/remedies.ts';
export type { GraphQLRequest } from './graphql/read-answer.ts';
export { assertPhotoSize, readPhoto } from './upload/photo.ts';
export { photoTypeOf } from './upload/photo-type.ts';
