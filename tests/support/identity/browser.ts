import { createHash, randomBytes } from 'node:crypto';

/** Walks the code flow as a browser would: cookies by path, redirects one at a time. */
export function openBrowser(issuer: string) {
  const cookies = new Map<string, { value: string; path: string }>();
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  const visit = async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, issuer);
    const cookie = [...cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, { value, path: /path=([^;]+)/i.exec(line)?.[1] ?? '/' });
    }
    return response;
  };

  const followWithin = async (from: Response) => {
    let response = from;
    for (;;) {
      const next = response.headers.get('location');
      const form = next === null ? await selfSubmitting(response) : undefined;
      if (form !== undefined) response = await visit(form.action, form.init);
      else if (next === null || new URL(next, issuer).origin !== issuer) return response;
      else response = await visit(next);
    }
  };

  return {
    visit,
    /** Follows redirects up to a page of the issuer, or to the address that leads back to the client. */
    async authorize(redirectUri: string, more: Record<string, string> = {}) {
      const query = new URLSearchParams({
        client_id: 'trackunit-web',
        response_type: 'code',
        scope: 'openid analysis',
        redirect_uri: redirectUri,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...more,
      });
      return followWithin(await visit(`/auth?${query.toString()}`));
    },
    /** Fills in the login page that `page` is. */
    async logIn(page: Response, name: string) {
      const action = actionOf(await page.text());
      const answer = await visit(action, { method: 'POST', body: new URLSearchParams({ name }) });
      return followWithin(answer);
    },
    exchange: (code: string, redirectUri: string, codeVerifier = verifier) =>
      fetch(new URL('/token', issuer), {
        method: 'POST',
        headers: { origin: new URL(redirectUri).origin },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'trackunit-web',
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
          code,
        }),
      }),
    refresh: (refreshToken: string) =>
      fetch(new URL('/token', issuer), {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: 'trackunit-web',
          refresh_token: refreshToken,
        }),
      }),
  };
}

/** A page whose script sends its form at once, as the change to another user does. */
async function selfSubmitting(response: Response) {
  const page = await response.clone().text();
  if (!page.includes('document.forms[0].submit()')) return undefined;
  const fields = [...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)];
  const body = new URLSearchParams(fields.map(([, name = '', value = '']) => [name, value]));
  return { action: actionOf(page), init: { method: 'POST', body } };
}

const actionOf = (page: string) => /action="([^"]+)"/.exec(page)?.[1] ?? '';
