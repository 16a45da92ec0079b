import {
  ChangeRefusedError,
  CursorExpiredError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
  UploadRefusedError,
  type TrackunitError,
} from '../http/errors.ts';
import { changeRemedy, isDailyBound, refusalRemedy } from '../http/remedies.ts';

/** An entry of `errors` in a GraphQL answer. */
export interface GraphQLErrorEntry {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** `extensions` of the gateway's errors. */
interface ErrorExtensions {
  readonly code?: string | undefined;
  /** HTTP status of the service behind the gateway. */
  readonly status?: number;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter?: number;
  /** `CURSOR_EXPIRED`: from when on to read again; RFC 3339. */
  readonly since?: string;
  /** What is wrong with which field. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
}

/** The first entry of `errors` as the error to throw; undefined when there is none. */
export function errorFromGraphQL(
  errors: readonly GraphQLErrorEntry[] | undefined,
  httpStatus: number,
): TrackunitError | undefined {
  const entry = errors?.[0];
  return entry && toError(entry, { status: httpStatus === 200 ? 500 : httpStatus });
}

/** The error for an answer other than 2xx: GraphQL errors, a problem (RFC 9457), or any page. */
export async function errorFromResponse(response: Response): Promise<TrackunitError> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => undefined)) as
    { errors?: unknown; code?: unknown; detail?: unknown } | null | undefined;
  const errors = Array.isArray(body?.errors) ? (body.errors as (GraphQLErrorEntry | null)[]) : [];
  const entry = errors.find((error) => typeof error?.message === 'string');
  const { code, detail } = body ?? {};
  const problem = {
    message: typeof detail === 'string' ? detail : `the service answered ${status}`,
    extensions: typeof code === 'string' ? { code } : {},
  };
  return toError(entry ?? problem, { status, retryAfter: secondsOf(headers) });
}

/** Codes of GraphQL servers at large that come without a status. */
const statuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  CURSOR_EXPIRED: 410,
  UNAVAILABLE: 503,
};

/** What the entry does not say itself, its HTTP response says. */
function toError(
  { message, path, extensions }: GraphQLErrorEntry,
  http: { status: number; retryAfter?: number | undefined },
): TrackunitError {
  const { code, errors: fields, ...given }: ErrorExtensions = extensions ?? {};
  const status = given.status ?? statuses[code ?? ''] ?? http.status;
  const retryAfter = given.retryAfter ?? http.retryAfter;
  const codeOrStatus = code ?? `HTTP_${status}`;
  if (code === 'CURSOR_EXPIRED')
    return new CursorExpiredError(message, given.since ? new Date(given.since) : undefined);
  if (status === 401)
    return new UnauthorizedError(401, code ?? 'UNAUTHENTICATED', message, {
      remedy: 'Get a new access token; is its issuer the one the gateway trusts?',
    });
  if (status === 403)
    return new UnauthorizedError(403, code ?? 'FORBIDDEN', message, {
      remedy: 'Use a token with the scope `analysis`.',
    });
  const isDaily = isDailyBound(code); // not worth waiting for
  if (!isDaily && isRetryable(status, code))
    return new UnavailableError(codeOrStatus, message, {
      remedy: 'Try again later.',
      retryAfterMs: retryAfter === undefined ? undefined : retryAfter * 1000,
    });
  if (isDaily || uploadFields.has(path?.[0]))
    return new UploadRefusedError(codeOrStatus, message, {
      status,
      remedy: refusalRemedy(status, codeOrStatus),
      fields,
    });
  if (changeFields.has(path?.[0]))
    return new ChangeRefusedError(codeOrStatus, message, {
      remedy: changeRemedy(codeOrStatus),
      fields,
    });
  return new UnexpectedAnswerError(codeOrStatus, message, {
    remedy: 'Check the address; do client and service have the same version?',
  });
}

const retryableStatuses = new Set([408, 425, 429]);

const isRetryable = (status: number, code: string | undefined) =>
  retryableStatuses.has(status) || status >= 500 || code === 'UPLOAD_CHANGED';

/** A refused upload and an invalid request share their statuses; the field asked for differs. */
const uploadFields = new Set<unknown>(['startUpload', 'renewUpload', 'confirmUpload']);
const changeFields = new Set<unknown>([
  ...['correctAnalysis', 'deleteAnalysis', 'redoAnalysis', 'cancelAnalysis'],
]);

/** `Retry-After` in its two forms: seconds, or a date, by the clock of who answers. */
function secondsOf(headers: Headers): number | undefined {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  const answeredAt = Date.parse(headers.get('date') ?? '');
  const now = Number.isNaN(answeredAt) ? Date.now() : answeredAt;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}
