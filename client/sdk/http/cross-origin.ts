import { TrackunitError, UnexpectedAnswerError } from './errors.ts';
import { anyOf } from './retry.ts';

const probeLimitMs = 5_000;

/** Where this runs as a page: its origin; undefined in Node. */
const pageOrigin = (): string | undefined => {
  const { location } = globalThis as { location?: { origin?: string } };
  return location?.origin === 'null' ? undefined : location?.origin;
};

/**
 * Sends a request. A browser says of an answer that CORS hides from the page the same as of none at
 * all; where a request in mode `no-cors` is answered and the first one fails once more, it was CORS.
 *
 * @throws {UnexpectedAnswerError} CORS_BLOCKED, which is final; else what `send` throws.
 */
export async function sendAcrossOrigins<Answer>(
  send: () => Promise<Answer>,
  { url, fetch, signal, remedy, isHidden = () => true }: CrossOriginRequest,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    const page = pageOrigin();
    if (!isUnreachable(error) || page === undefined || page === originOf(url)) throw error;
    if (!isHidden() || !(await answersWithoutCors(url, fetch, signal))) throw error;
    try {
      return await send(); // a service that was unavailable for a moment answers now
    } catch (again) {
      if (!isUnreachable(again) || !isHidden()) throw again;
      throw new UnexpectedAnswerError(
        'CORS_BLOCKED',
        `${originOf(url)} answers, but not to pages of ${page} (CORS)`,
        { remedy: remedy(page), cause: again },
      );
    }
  }
}

interface CrossOriginRequest {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** What allows pages of that origin. */
  readonly remedy: (page: string) => string;
  /** False where the request is known to be allowed, so a failure has another reason. */
  readonly isHidden?: () => boolean;
}

const isUnreachable = (error: unknown) =>
  error instanceof TrackunitError && error.code === 'UNREACHABLE';

/** The answer itself stays hidden from the page; that there is one does not. */
async function answersWithoutCors(url: string, send: typeof fetch, signal: AbortSignal) {
  const until = anyOf(AbortSignal.timeout(probeLimitMs), signal);
  try {
    await send(url, {
      mode: 'no-cors',
      cache: 'no-store',
      credentials: 'omit',
      signal: until,
    });
    return true;
  } catch {
    return false;
  }
}

/** Of an address, which may be relative to the page. */
export const originOf = (url: string | URL): string => new URL(url, pageAddress()).origin;

const pageAddress = () => (globalThis as { location?: { href?: string } }).location?.href;

/** @throws {TrackunitError} URL_INVALID: no retry makes a request to it succeed. */
export function assertHttpUrl(url: string): void {
  const base = pageAddress();
  if (URL.canParse(url, base) && /^https?:$/.test(new URL(url, base).protocol)) return;
  throw new TrackunitError('URL_INVALID', `url: expected an http or https address, got ${url}`, {
    remedy: 'Pass the address of the GraphQL endpoint, e.g. `https://api.example.com/graphql`.',
  });
}
