// Who is signed in, in all tabs of this browser, and their access token.
import { ErrorResponse, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { UnauthorizedError, UnavailableError, type TokenSource } from '../../sdk/index.ts';
import type { Configuration } from './configuration.ts';
import { createValue, type Value } from '../tabs/value.ts';

export interface Account {
  /** Issuer and subject: whose photos these are. */
  readonly owner: string;
  /** For people. */
  readonly name: string;
}

export interface Session {
  /** Null: nobody is signed in. `ended`: whether that is against their will. */
  readonly account: Value<{ readonly account: Account | null; readonly ended: boolean }>;
  /** Of this owner alone: SIGNED_OUT once somebody else is signed in, in whichever tab. */
  tokenOf(owner: string): TokenSource;
  signIn(): Promise<void>;
  /** At `/callback`. @returns where the person was. */
  completeSignIn(): Promise<string>;
  signOut(): Promise<void>;
}

/** A token this close to its end is renewed before it is used. */
const freshSeconds = 30;
const signedOutKey = 'trackunit.signed-out';

/** What only a new login mends (RFC 6749 5.2, OpenID Connect Core 3.1.2.6); anything else may pass. */
const endsLogin: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]);

export async function openSession({ issuer, clientId, scope }: Configuration): Promise<Session> {
  const users = new UserManager({
    authority: issuer,
    client_id: clientId,
    scope,
    redirect_uri: `${location.origin}/callback`,
    userStore: new WebStorageStateStore({ store: localStorage }),
    automaticSilentRenew: false, // the tab that needs a token renews it, under one lock for all
    monitorSession: false,
  });
  const account = createValue({ account: accountOf(await users.getUser()), ended: false });
  const read = async () => account.set({ account: accountOf(await users.getUser()), ended: false });
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith('oidc.user:')) void read(); // another tab signed in or out
  });

  const userOf = async (owner: string): Promise<User> => {
    const user = await users.getUser();
    if (user === null || accountOf(user)?.owner !== owner) throw signedOut();
    return user;
  };
  const renew = async (former: User, owner: string): Promise<string> =>
    navigator.locks.request('trackunit-token', async () => {
      const user = await userOf(owner);
      if (user.access_token !== former.access_token && isFresh(user)) return user.access_token;
      try {
        if (user.refresh_token === undefined) throw new ErrorResponse({ error: 'invalid_grant' });
        const renewed = await users.signinSilent();
        if (renewed === null) throw new ErrorResponse({ error: 'invalid_grant' });
        return renewed.access_token;
      } catch (error) {
        if (!(error instanceof ErrorResponse && endsLogin.has(error.error ?? '')))
          throw new UnavailableError('ISSUER_UNREACHABLE', 'the issuer does not answer', {
            remedy: 'Check the network.',
            cause: error,
          });
        await userOf(owner); // another login meanwhile is not this one's to end
        await users.removeUser();
        account.set({ account: null, ended: true });
        throw signedOut();
      }
    });

  return {
    account,
    tokenOf:
      (owner) =>
      async ({ renew: isRefused } = { renew: false }) => {
        const user = await userOf(owner);
        return !isRefused && isFresh(user) ? user.access_token : renew(user, owner);
      },
    async signIn() {
      // Who signed out here wants to be asked who they are, also where the issuer still knows it.
      const prompt = localStorage.getItem(signedOutKey) === null ? undefined : 'login';
      const returnTo = location.pathname + location.search;
      await users.signinRedirect({ url_state: returnTo, ...(prompt && { prompt }) });
    },
    async completeSignIn() {
      const user = await users.signinRedirectCallback();
      localStorage.removeItem(signedOutKey);
      account.set({ account: accountOf(user), ended: false });
      return user.url_state ?? '/';
    },
    async signOut() {
      localStorage.setItem(signedOutKey, '');
      // Without a network the token ends by itself.
      await users.revokeTokens(['refresh_token']).catch(() => undefined);
      await users.removeUser();
      account.set({ account: null, ended: false });
    },
  };
}

const accountOf = (user: User | null): Account | null =>
  user && {
    owner: `${user.profile.iss} ${user.profile.sub}`,
    name: user.profile.name ?? user.profile.preferred_username ?? user.profile.sub,
  };

/** Both by this machine's clock, which may be wrong: the service refuses what has ended. */
const isFresh = ({ expires_in }: User) => expires_in === undefined || expires_in > freshSeconds;

const signedOut = () =>
  new UnauthorizedError(401, 'SIGNED_OUT', 'nobody is signed in', { remedy: 'Sign in.' });
