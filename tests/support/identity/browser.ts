import { createHash, randomBytes } from 'node:crypto';

/** Walks the code flow as a browser would: cookies by path, redirects one at a time. */
export function openBrowser(issuer: string, clientId = 'trackunit-web') {
  const cookies = new Map<string, { value: string; path: string }>();
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  const visit = async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, issuer);
    const cookie = [...cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const headers = new Headers({ cookie, origin: issuer });
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
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
      if (next === null || new URL(next, issuer).origin !== issuer) return response;
      else response = await visit(next);
    }
  };

  /** Sends the form of a page with what it holds, and what is typed or pressed. */
  const submit = async (page: Response, typed: Record<string, string>) => {
    const text = await page.text();
    const action = /action="([^"]+)"/.exec(text)?.[1] ?? '';
    const inputs = text.match(/<input[^>]*>/g) ?? [];
    const body = new URLSearchParams();
    for (const input of inputs) {
      const [name, value] = ['name', 'value'].map(
        (it) => new RegExp(` ${it}="([^"]*)"`).exec(input)?.[1],
      );
      if (name !== undefined && value !== undefined) body.set(name, value);
    }
    for (const [name, value] of Object.entries(typed)) body.set(name, value);
    return followWithin(await visit(action, { method: 'POST', body }));
  };

  const confirmPage = async (address: string) => submit(await visit(address), {});

  return {
    visit,
    /** Goes to an address of the issuer and on, up to a page of its, or to the address that leads back. */
    open: async (address: string) => followWithin(await visit(address)),
    /** Follows redirects up to a page of the issuer, or to the address that leads back to the client. */
    async authorize(redirectUri: string, more: Record<string, string> = {}) {
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: 'openid analysis',
        redirect_uri: redirectUri,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...more,
      });
      return followWithin(await visit(`/auth?${query.toString()}`));
    },
    /** Enters the code that the address of a terminal brings along. */
    confirmPage,
    /** The same, and presses a button of the page that then asks. */
    async enterCode(address: string, press: 'confirm' | 'abort' = 'confirm') {
      const page = await confirmPage(address);
      return page.status === 200 ? submit(page, { [press]: 'yes' }) : page;
    },
    /** Presses a button of the page that asks for consent. */
    consent: (page: Response, press: 'confirm' | 'abort' = 'confirm') =>
      submit(page, { [press]: 'yes' }),
    /** Fills in the login page that `page` is. */
    async logIn(page: Response, name: string) {
      return submit(page, { name });
    },
    exchange: (code: string, redirectUri: string, codeVerifier = verifier) =>
      fetch(new URL('/token', issuer), {
        method: 'POST',
        headers: { origin: new URL(redirectUri).origin },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientId,
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
          client_id: clientId,
          refresh_token: refreshToken,
        }),
      }),
  };
}
