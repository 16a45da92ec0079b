import {
  CursorExpiredError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
  UploadRefusedError,
  type TrackunitError,
} from './errors.ts';
import { isDailyBound, refusalRemedy } from './remedies.ts';

/** An entry of `errors` in a GraphQL answer. */
export interface GraphQLErrorEntry {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** `extensions` of the gateway's errors. */
interface ErrorExtensions {
  readonly code?: string;
  /** HTTP status of the service behind the gateway. */
  readonly status?: number;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter?: number;
  /** What is wrong with which field. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
}

interface ErrorDetails {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly retryAfter: number | undefined;
  readonly fields?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The field asked for: a refused upload and an invalid request share their statuses. */
  readonly field?: string | number | undefined;
}

/** The first entry of `errors` as the error to throw; undefined when there is none. */
export function errorFromGraphQL(
  errors: readonly GraphQLErrorEntry[] | undefined,
  httpStatus: number,
): TrackunitError | undefined {
  const entry = errors?.[0];
  if (entry === undefined) return undefined;
  const {
    code,
    status,
    retryAfter,
    errors: fields,
  } = (entry.extensions as ErrorExtensions | undefined) ?? {};
  return toError({
    status: status ?? statuses[code ?? ''] ?? (httpStatus === 200 ? 500 : httpStatus),
    code,
    message: entry.message,
    retryAfter,
    fields,
    field: entry.path?.[0],
  });
}

/** The error for an answer other than 2xx: GraphQL errors, a problem (RFC 9457), or any page. */
export async function errorFromResponse(response: Response): Promise<TrackunitError> {
  const body = (await response.json().catch(() => undefined)) as
    { errors?: unknown; code?: unknown; detail?: unknown } | undefined;
  const retryAfter = secondsOf(response.headers.get('retry-after'));
  const entry = Array.isArray(body?.errors) ? (body.errors[0] as GraphQLErrorEntry) : undefined;
  const extensions = entry?.extensions as ErrorExtensions | undefined;
  const given = extensions?.code ?? body?.code;
  const detail = entry?.message ?? body?.detail;
  return toError({
    status: extensions?.status ?? response.status,
    code: typeof given === 'string' ? given : undefined,
    message: typeof detail === 'string' ? detail : `the service answered ${response.status}`,
    retryAfter: extensions?.retryAfter ?? retryAfter,
    fields: extensions?.errors,
    field: entry?.path?.[0],
  });
}

/** Codes of GraphQL servers at large that come without a status. */
const statuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  CURSOR_EXPIRED: 410,
  UNAVAILABLE: 503,
};

function toError(details: ErrorDetails): TrackunitError {
  const { status, message, code, retryAfter } = details;
  if (code === 'CURSOR_EXPIRED') return new CursorExpiredError(message);
  if (status === 401)
    return new UnauthorizedError(401, code ?? 'UNAUTHENTICATED', message, {
      remedy: 'Get a new access token; is its issuer the one the gateway trusts?',
    });
  if (status === 403)
    return new UnauthorizedError(403, code ?? 'FORBIDDEN', message, {
      remedy: 'Use a token with the scope `analysis`.',
    });
  if (isDailyBound(code)) return uploadRefused(details); // not worth waiting for
  if (retryableStatuses.has(status) || status >= 500 || code === 'UPLOAD_CHANGED')
    return new UnavailableError(code ?? `HTTP_${status}`, message, {
      remedy: 'Try again later.',
      retryAfterMs: retryAfter === undefined ? undefined : retryAfter * 1000,
    });
  if (uploadFields.has(details.field)) return uploadRefused(details);
  return new UnexpectedAnswerError(code ?? `HTTP_${status}`, message, {
    remedy: 'Check the address; do client and service have the same version?',
  });
}

const retryableStatuses = new Set([408, 425, 429]);

const uploadFields = new Set<unknown>(['startUpload', 'renewUpload', 'confirmUpload']);

const uploadRefused = ({ status, code = `HTTP_${status}`, message, fields }: ErrorDetails) =>
  new UploadRefusedError(code, message, {
    status,
    remedy: refusalRemedy(status, code),
    fields,
  });

/** `Retry-After` in its two forms: seconds, or a date. */
function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
