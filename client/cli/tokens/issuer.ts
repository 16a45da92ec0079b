import * as oauth from 'oauth4webapi';
import { UnauthorizedError, UnavailableError, UnexpectedAnswerError } from '../../sdk/index.ts';

/** An OpenID provider, by the address that it names itself; its endpoints are discovered. */
export interface Issuer {
  readonly issuer: string;
  readonly fetch?: typeof fetch | undefined;
}

const answerLimitMs = 10_000;

/**
 * @throws {UnavailableError} it does not answer, or its answer is cut off.
 * @throws {UnexpectedAnswerError} what answers is not that issuer.
 */
export async function discover(at: Issuer): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(at.issuer);
  const response = await oauth.discoveryRequest(issuer, optionsOf(at));
  try {
    return await oauth.processDiscoveryResponse(issuer, response);
  } catch (error) {
    throw new UnexpectedAnswerError('NO_ISSUER', `${issuer.href}: ${(error as Error).message}`, {
      remedy: 'Set the address that the OpenID provider names itself: `issuer` of its discovery.',
      cause: error,
    });
  }
}

/** How each request is sent; {@link UnavailableError} where no complete answer comes. */
export const optionsOf = ({ issuer, fetch: reach = fetch }: Issuer) => ({
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- a local issuer speaks plain http
  [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:',
  signal: () => AbortSignal.timeout(answerLimitMs),
  async [oauth.customFetch](url: string, init: object): Promise<Response> {
    let response: Response;
    try {
      response = await reach(url, init);
      await assertComplete(response.clone());
    } catch (error) {
      throw unreachable(issuer, error);
    }
    if (response.status === 429 || response.status >= 500) throw unreachable(issuer);
    return response;
  },
});

/** Reads it to its end. @throws for one that is cut off, also where its connection ends in order. */
async function assertComplete(response: Response): Promise<void> {
  const text = await response.text();
  if (response.ok && /json/.test(response.headers.get('content-type') ?? '')) JSON.parse(text);
}

const unreachable = (issuer: string, cause?: unknown) =>
  new UnavailableError('ISSUER_UNREACHABLE', `no complete answer from the issuer ${issuer}`, {
    remedy: 'Check the address of the issuer and the network; is it running?',
    cause,
  });

/** What the issuer says no to, in its own words; anything else is an answer that no issuer gives. */
export function toTokenError(
  error: unknown,
  { issuer }: Issuer,
  remedy: string,
): UnauthorizedError | UnavailableError | UnexpectedAnswerError {
  if (error instanceof UnavailableError) return error;
  if (isRefusal(error))
    return new UnauthorizedError(
      403,
      'TOKEN_REFUSED',
      `${issuer} refused a token (${reasonOf(error)})`,
      { remedy, cause: error },
    );
  return new UnexpectedAnswerError(
    'TOKEN_INVALID',
    `invalid answer of ${issuer}: expected an access token (${reasonOf(error)})`,
    { remedy: 'Check the address of the issuer, and for a proxy before it.', cause: error },
  );
}

const isRefusal = (error: unknown) =>
  error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError;

/** It stands in the body, or in the challenge of a 401. */
function reasonOf(error: unknown): string {
  const { error: code, error_description: description } =
    error instanceof oauth.ResponseBodyError
      ? error
      : error instanceof oauth.WWWAuthenticateChallengeError
        ? (error.cause[0]?.parameters ?? {})
        : { error: (error as Error).message };
  return [code, description].filter((text) => text !== undefined).join(': ');
}

/** A token is used until 30 s before its end, or until a fifth of its life is left where that is shorter. */
export const usableUntil = (seconds: number): number =>
  Date.now() + seconds * 1000 - Math.min(30_000, seconds * 200);
