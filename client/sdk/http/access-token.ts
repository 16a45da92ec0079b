import { TrackunitError } from './errors.ts';

/**
 * Called before every attempt of every request. With `renew` the last token was refused: a cached one
 * must not be returned again. What it throws ends the call, unless it is a `TrackunitError` that says
 * `retryable`: then it is called again.
 */
export type TokenSource = (request?: { readonly renew: boolean }) => Promise<string>;

/**
 * Ends with the signal's reason also while the source has not answered.
 *
 * @throws {TrackunitError} TOKEN_SOURCE_INVALID, TOKEN_INVALID; and what the source throws, as it is.
 */
export function takeToken(
  source: TokenSource,
  { renew, signal }: { renew: boolean; signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    void checkedToken(source, renew)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Callers in JavaScript pass anything; a fetch would report it as a network that failed. */
async function checkedToken(source: unknown, renew: boolean): Promise<string> {
  if (typeof source !== 'function')
    throw new TrackunitError(
      'TOKEN_SOURCE_INVALID',
      `token: expected a function that returns an access token, got ${typeof source}`,
      { remedy: 'Pass a function, e.g. `token: () => Promise.resolve(accessToken)`.' },
    );
  const token: unknown = await (source as TokenSource)({ renew });
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new TrackunitError(
      'TOKEN_INVALID',
      `token: expected visible ASCII characters without a space, got ${kindOf(token)}`,
      { remedy: 'Return the access token alone, without `Bearer` and without a line break.' },
    );
  return token;
}

/** Never the value itself: it may hold the token. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  return typeof value === 'string' ? 'another string' : typeof value;
}
