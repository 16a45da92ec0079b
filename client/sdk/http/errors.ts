/** Every error of the client's own: a code for programs, a remedy for people. */
export class TrackunitError extends Error {
  override readonly name: string = 'TrackunitError';
  readonly code: string;
  /** What the reader can do about it, as a sentence. */
  readonly remedy: string;
  /** True when the same call may succeed a little later. */
  readonly retryable: boolean;

  constructor(
    code: string,
    message: string,
    more: { remedy: string; retryable?: boolean; cause?: unknown },
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.code = code;
    this.remedy = more.remedy;
    this.retryable = more.retryable ?? false;
  }
}

/** The photo was not accepted: refused here before it was sent, or by the service. Final. */
export class UploadRefusedError extends TrackunitError {
  override readonly name = 'UploadRefusedError';
  /** HTTP status of the service; absent when the client itself refused. */
  readonly status: number | undefined;
  /** What is wrong with which field (status 422). */
  readonly fields: Readonly<Record<string, readonly string[]>>;

  constructor(
    code: string,
    message: string,
    more: {
      remedy: string;
      status?: number;
      fields?: Readonly<Record<string, readonly string[]>> | undefined;
      cause?: unknown;
    },
  ) {
    super(code, message, more);
    this.status = more.status;
    this.fields = more.fields ?? {};
  }
}

/** The service refuses to correct, delete, redo or cancel this analysis. Final. */
export class ChangeRefusedError extends TrackunitError {
  override readonly name = 'ChangeRefusedError';
  /** What is wrong with which field (`INVALID`). */
  readonly fields: Readonly<Record<string, readonly string[]>>;

  constructor(
    code: string,
    message: string,
    more: { remedy: string; fields?: Readonly<Record<string, readonly string[]>> | undefined },
  ) {
    super(code, message, more);
    this.fields = more.fields ?? {};
  }
}

/** No token, a token that is not accepted, or one without the scope `analysis`. */
export class UnauthorizedError extends TrackunitError {
  override readonly name = 'UnauthorizedError';
  /** 401 a new token may help; 403 it will not. */
  readonly status: 401 | 403;

  constructor(
    status: 401 | 403,
    code: string,
    message: string,
    more: { remedy: string; cause?: unknown },
  ) {
    super(code, message, more);
    this.status = status;
  }
}

/** No answer, or one that asks to come back later. Retried; thrown when `retryForMs` is over. */
export class UnavailableError extends TrackunitError {
  override readonly name = 'UnavailableError';
  /** How long the service asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    more: { remedy: string; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(code, message, { ...more, retryable: true });
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** The feed cannot go on from that cursor: it is too old, or the feed was recreated. */
export class CursorExpiredError extends TrackunitError {
  override readonly name = 'CursorExpiredError';
  /** When the cursor was the newest, by the service's clocks; undefined where it does not say. */
  readonly since: Date | undefined;

  constructor(message: string, since: Date | undefined) {
    super('CURSOR_EXPIRED', message, {
      remedy: 'Take `feedCursors`, read `analyses` since the last event, and go on from there.',
    });
    this.since = since;
  }
}

/**
 * The stream cannot be read from there: {@link CursorExpiredError}, or `CURSOR_INVALID`, which a gateway of
 * an earlier version answers to a cursor of a later one.
 */
export const isCursorRefused = (error: unknown): error is TrackunitError =>
  error instanceof TrackunitError &&
  (error instanceof CursorExpiredError || error.code === 'CURSOR_INVALID');

/** An answer that this service never gives: another version, or a proxy in between. Final. */
export class UnexpectedAnswerError extends TrackunitError {
  override readonly name = 'UnexpectedAnswerError';
}
