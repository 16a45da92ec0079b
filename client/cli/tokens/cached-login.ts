import * as oauth from 'oauth4webapi';
import { withLock } from '../../../infra/host/lock.js';
import { TrackunitError, UnauthorizedError, type TokenSource } from '../../sdk/index.ts';
import { discover, optionsOf, toTokenError, usableUntil, type Issuer } from './issuer.ts';
import { deleteLogin, readLogin, writeLogin, type Login } from './login-file.ts';

const again = 'Log in again: `npm run login`; without a login: `npm run login -- --logout`.';

/**
 * Tokens of the person who is logged in. A refresh token counts once, so whoever renews holds a lock, and looks
 * first whether another process has renewed by then.
 *
 * @throws {UnauthorizedError} the login has ended.
 * @throws {UnavailableError} the issuer does not answer.
 */
export function cachedLogin(file: string, reach?: typeof fetch): TokenSource {
  let login: Login | undefined;
  let underway: Promise<Login> | undefined;

  const renew = (refused: string | undefined) =>
    withLock(`${file}.lock`, noted, async () => {
      const kept = await readLogin(file);
      if (kept === undefined) throw ended('nobody is logged in any more');
      if (kept.accessToken !== refused && Date.now() < kept.usableUntil) return kept;
      const renewed = await refreshLogin(kept, reach);
      await writeLogin(file, renewed);
      return renewed;
    });
  return async ({ renew: isRefused } = { renew: false }) => {
    login ??= await readLogin(file);
    if (login !== undefined && !isRefused && Date.now() < login.usableUntil)
      return login.accessToken;
    const refused = isRefused ? login?.accessToken : undefined;
    underway ??= renew(refused).finally(() => (underway = undefined));
    login = await underway;
    return login.accessToken;
  };
}

const noted = () => undefined; // another process renews: a second at most

async function refreshLogin(login: Login, reach?: typeof fetch): Promise<Login> {
  const at: Issuer = { issuer: login.issuer, fetch: reach };
  const client = { client_id: login.clientId };
  if (login.refreshToken === undefined)
    throw ended(`the login of ${login.user} at ${login.issuer} has ended`);
  const server = await discover(at);
  try {
    const answer = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(
        server,
        client,
        oauth.None(),
        login.refreshToken,
        optionsOf(at),
      ),
    );
    return {
      ...login,
      accessToken: answer.access_token,
      usableUntil: usableUntil(answer.expires_in ?? 60),
      refreshToken: answer.refresh_token ?? login.refreshToken,
    };
  } catch (error) {
    const failure = toTokenError(error, at, again);
    if (!(failure instanceof UnauthorizedError)) throw failure;
    throw ended(`the login of ${login.user} at ${login.issuer} has ended`, error);
  }
}

const ended = (message: string, cause?: unknown) =>
  new UnauthorizedError(401, 'LOGIN_ENDED', message, { remedy: again, cause });

/** Keeps a new login, after who may be renewing the one before. */
export const keepLogin = (file: string, login: Login): Promise<void> =>
  withLock(`${file}.lock`, noted, () => writeLogin(file, login));

/**
 * Ends a login here, and at the issuer where that answers; a file that is damaged goes, too.
 *
 * @returns who was logged in, and whether the issuer knows of the end.
 */
export function logOut(file: string, reach?: typeof fetch) {
  return withLock(`${file}.lock`, noted, async () => {
    const login = await readLogin(file).catch((error: unknown) => {
      if (error instanceof TrackunitError) return 'unreadable' as const;
      throw error;
    });
    if (login === undefined) return undefined;
    const revoked = login !== 'unreadable' && (await revoke(login, reach));
    await deleteLogin(file);
    return { user: login === 'unreadable' ? undefined : login.user, revoked };
  });
}

async function revoke(login: Login, reach?: typeof fetch): Promise<boolean> {
  const at: Issuer = { issuer: login.issuer, fetch: reach };
  const client = { client_id: login.clientId };
  try {
    const server = await discover(at);
    const token = login.refreshToken ?? login.accessToken;
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, oauth.None(), token, optionsOf(at)),
    );
    return true;
  } catch {
    return false; // the file goes all the same; the tokens end by themselves
  }
}
