// Every failure of an analysis: what its code means to Temporal, over HTTP, to a client and to operators.
// Imports the table of photo kinds alone, because workflow code and browsers run it too.
import { photoKindNames } from './photos.ts';

/** Ends the analysis: announced on `analysis.completed`, and the client sees it. */
interface FinalFailure {
  readonly final: true;
  /** Of the vision adapter's answer; absent where the workflow itself ends the run. */
  readonly status?: 404 | 409 | 413 | 415 | 422;
  /** What happened, where nobody knows it better. */
  readonly message: string;
  /** What the client's user can do. */
  readonly clientRemedy: string;
  /** For operators, in Markdown: what the code stands for, and what helps. */
  readonly meaning: string;
  readonly operatorRemedy: string;
}

/** Passes by itself: Temporal retries the activity, and the client waits. */
interface RetriedFailure {
  readonly final: false;
  readonly status: 429 | 503;
  readonly message: string;
  /** Seconds of `retry-after`, where the answer does not know better. */
  readonly retryAfter: number;
  /** When the next attempt comes: after the growing pauses of policies.ts, or when `retry-after` is over. */
  readonly nextAttempt: 'backoff' | 'retry-after';
  readonly meaning: string;
  readonly operatorRemedy: string;
}

export const failures = {
  OBJECT_MISSING: {
    final: true,
    status: 404,
    message: 'the photo is no longer in the bucket',
    clientRemedy: 'The photo is gone from the store: upload it again.',
    meaning: 'the photo is not in the bucket: deleted, or older than `IMAGE_RETENTION` (30 days)',
    operatorRemedy:
      'upload it again; or the stack runs another store now (`npm start -- --store ...`): go back',
  },
  OBJECT_CHANGED: {
    final: true,
    status: 409,
    message: 'the photo in the bucket is not the one confirmed',
    clientRemedy: 'The photo was overwritten after its confirmation: upload it again.',
    meaning:
      'the bytes are not those that were confirmed: replaced by somebody who has a key of the store, no putUrl reaches them',
    operatorRemedy: 'find out who, then upload it again',
  },
  IMAGE_UNREADABLE: {
    final: true,
    status: 422,
    message: 'the photo is damaged: it cannot be decoded whole',
    clientRemedy: 'The file is damaged: open it in a viewer, save a copy and upload that.',
    meaning: 'the bytes do not decode',
    operatorRemedy: 'another photo',
  },
  IMAGE_TOO_LARGE: {
    final: true,
    status: 413,
    message: 'the photo has too many pixels or bytes',
    clientRemedy: 'The photo has too many pixels: scale it down and upload that.',
    meaning:
      'more bytes or pixels than are taken, or a decode that twice took over 10 s; the message says which',
    operatorRemedy: 'a smaller photo, saved not progressive',
  },
  IMAGE_UNSUPPORTED: {
    final: true,
    status: 415,
    message: `only ${photoKindNames} is read`,
    clientRemedy: 'Save the photo as an ordinary JPEG and upload that.',
    meaning:
      'not JPEG, PNG, WebP, HEIC or AVIF, or a kind of them that is not decoded (12 bits, lossless JPEG, a sequence); the message says which',
    operatorRemedy: 'another photo',
  },
  VISION_REFUSED: {
    final: true,
    status: 422,
    message: 'the Vision service refuses this request',
    clientRemedy: 'Recognition does not take this photo: try another one of the same machine.',
    meaning:
      'Vision refused this photo, or access to Vision is denied; the message says which. Also a run whose recognition an operator failed by hand, or completed with something else than a recognition',
    operatorRemedy: 'restore the access, then redo',
  },
  TIMED_OUT: {
    final: true,
    message: 'no recognition came in time',
    clientRemedy: 'Recognition was unavailable for too long: redo it.',
    meaning:
      'no recognition within `ANALYSIS_TIMEOUT` (24 h), or within a limit of time or attempts that an operator gave its activity',
    operatorRemedy:
      'see below why nothing answered (the logs of adapter and recognition worker have each attempt), then redo',
  },
  CANCELLED: {
    final: true,
    message: 'the analysis was cancelled',
    clientRemedy:
      'It was cancelled, by its owner or an operator: redo it, or upload the photo again.',
    meaning: 'its owner or an operator cancelled it',
    operatorRemedy: 'redo if it was a mistake',
  },
  TERMINATED: {
    final: true,
    message: 'the analysis was terminated by an operator',
    clientRemedy: 'An operator ended it: ask why, or upload the photo again.',
    meaning: 'an operator (or a server limit) terminated it, or an operator deleted it',
    operatorRemedy: 'redo; a deleted one has to be uploaded again',
  },
  EVENTS_UNAVAILABLE: {
    final: false,
    status: 503,
    message: 'Kafka is unavailable: no result could be published, or found published',
    retryAfter: 2,
    nextAttempt: 'backoff', // no Vision call was made
    meaning: 'the adapter cannot publish to Kafka or, at a repeated attempt, read from it',
    operatorRemedy: 'bring Kafka back',
  },
  OBJECT_STORE_UNAVAILABLE: {
    final: false,
    status: 503,
    message: 'the photo cannot be fetched now',
    retryAfter: 2,
    nextAttempt: 'backoff',
    meaning: 'the object store, or tu-media-access-service, gave no usable answer',
    operatorRemedy: 'bring it back; the message says which',
  },
  VISION_UNAVAILABLE: {
    final: false,
    status: 503,
    message: 'the Vision service gave no usable answer',
    retryAfter: 2,
    nextAttempt: 'backoff',
    meaning: 'Vision is unavailable, or failed with this photo once',
    operatorRemedy: "see Google's status page; the message has Vision's status",
  },
  VISION_QUOTA_EXHAUSTED: {
    final: false,
    status: 429,
    message: 'the Vision quota is used up',
    retryAfter: 10, // the quota is counted by the minute, so an early attempt only meets it again
    nextAttempt: 'retry-after',
    meaning: 'more calls than the quota of Vision allows',
    operatorRemedy: 'raise the quota, or lower `RECOGNITIONS_PER_SECOND`',
  },
  BUSY: {
    final: false,
    status: 503,
    message: 'as many photos are in hand as memory allows',
    retryAfter: 1,
    nextAttempt: 'retry-after',
    meaning: 'the adapter has as many photos in hand as its memory allows',
    operatorRemedy: 'more replicas of the adapter, if it stays',
  },
} as const satisfies Readonly<Record<string, FinalFailure | RetriedFailure>>;

type Code = keyof typeof failures;
type CodesWith<Columns> = {
  [C in Code]: (typeof failures)[C] extends Columns ? C : never;
}[Code];

export type FailureCode = CodesWith<{ readonly final: true }>;
export type RetriedCode = CodesWith<{ readonly final: false }>;
/** What `POST /v1/recognitions` answers. */
export type RecognitionProblemCode = CodesWith<{ readonly status: number }>;

const codes = Object.keys(failures) as Code[];
export const failureCodes = codes.filter((code) => failures[code].final) as FailureCode[];
export const retriedCodes = codes.filter((code) => !failures[code].final) as RetriedCode[];

export const isFailureCode = (code: unknown): code is FailureCode =>
  failureCodes.includes(code as FailureCode);

export const isRetriedCode = (code: unknown): code is RetriedCode =>
  retriedCodes.includes(code as RetriedCode);
