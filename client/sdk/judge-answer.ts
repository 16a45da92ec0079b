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
export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** What the gateway says about a fault, as far as it says it. */
interface FaultDetails {
  readonly code?: string;
  /** HTTP status of the service behind the gateway. */
  readonly status?: number;
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number;
  /** What is wrong with which field. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
}

interface Verdict {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly retryAfter: number | undefined;
  readonly fields?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The field asked for; tells a refused upload from a request that was wrong in itself. */
  readonly field?: string | number | undefined;
}

/** The failure that `errors` stands for; undefined when there is none. The first one decides. */
export function failureOfErrors(
  errors: readonly GraphQLFault[] | undefined,
  httpStatus: number,
): TrackunitError | undefined {
  const fault = errors?.[0];
  if (fault === undefined) return undefined;
  const {
    code,
    status,
    retryAfter,
    errors: fields,
  } = (fault.extensions as FaultDetails | undefined) ?? {};
  return judge({
    status: status ?? statuses[code ?? ''] ?? (httpStatus === 200 ? 500 : httpStatus),
    code,
    message: fault.message,
    retryAfter,
    fields,
    field: fault.path?.[0],
  });
}

/** The failure that an answer other than 2xx stands for: GraphQL errors, a problem, or any page. */
export async function failureOfResponse(response: Response): Promise<TrackunitError> {
  const body = (await response.json().catch(() => undefined)) as
    { errors?: unknown; code?: unknown; detail?: unknown } | undefined;
  const retryAfter = secondsOf(response.headers.get('retry-after'));
  const fault = Array.isArray(body?.errors) ? (body.errors[0] as GraphQLFault) : undefined;
  const details = fault?.extensions as FaultDetails | undefined;
  const given = details?.code ?? body?.code;
  const detail = fault?.message ?? body?.detail;
  return judge({
    status: details?.status ?? response.status,
    code: typeof given === 'string' ? given : undefined,
    message: typeof detail === 'string' ? detail : `the service answered ${response.status}`,
    retryAfter: details?.retryAfter ?? retryAfter,
    fields: details?.errors,
    field: fault?.path?.[0],
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

function judge(verdict: Verdict): TrackunitError {
  const { status, message, code } = verdict;
  if (code === 'CURSOR_EXPIRED') return new CursorExpiredError(message);
  if (status === 401)
    return new UnauthorizedError(401, code ?? 'UNAUTHENTICATED', message, {
      remedy: 'Get a new access token; is its issuer the one the gateway trusts?',
    });
  if (status === 403)
    return new UnauthorizedError(403, code ?? 'FORBIDDEN', message, {
      remedy: 'Use a token with the scope `analysis`.',
    });
  if (isDailyBound(code)) return uploadRefused(verdict); // not worth waiting for
  if (passing.has(status) || status >= 500 || code === 'UPLOAD_CHANGED')
    return new UnavailableError(code ?? `HTTP_${status}`, message, {
      remedy: 'Try again later.',
      ...(verdict.retryAfter === undefined ? {} : { retryAfterMs: verdict.retryAfter * 1000 }),
    });
  if (uploadFields.has(verdict.field)) return uploadRefused(verdict);
  return new UnexpectedAnswerError(code ?? `HTTP_${status}`, message, {
    remedy: 'Check the address; do client and service have the same version?',
  });
}

const passing = new Set([408, 425, 429]);

const uploadFields = new Set<unknown>(['startUpload', 'renewUpload', 'confirmUpload']);

const uploadRefused = ({ status, code = `HTTP_${status}`, message, fields }: Verdict) =>
  new UploadRefusedError(code, message, {
    status,
    remedy: refusalRemedy(status, code),
    ...(fields === undefined ? {} : { fields }),
  });

/** `Retry-After` in its two forms: seconds, or a date. */
function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
