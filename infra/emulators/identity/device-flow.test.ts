import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { openBrowser } from '../../../tests/support/identity/browser.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import { startIdentity } from '../../../tests/support/identity/identity-server.ts';

type Identity = Awaited<ReturnType<typeof startIdentity>>;

let identity: Identity;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const client_id = 'trackunit-cli';
const post = async ({ issuer }: Identity, path: string, form: Record<string, string>) => {
  const body = new URLSearchParams({ client_id, ...form });
  const response = await fetch(issuer + path, { method: 'POST', body });
  return JSON.parse((await response.text()) || '{}') as Record<string, string>;
};
const begin = (scope = 'openid analysis', at = identity) => post(at, '/device/auth', { scope });
const poll = ({ device_code = '' }: Record<string, string>, at = identity) =>
  post(at, '/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code,
  });
const refresh = (refresh_token = '') =>
  post(identity, '/token', { grant_type: 'refresh_token', refresh_token });
const complete = ({ verification_uri_complete = '' }: Record<string, string>) =>
  verification_uri_complete;

async function logIn(browser: ReturnType<typeof openBrowser>, name: string, scope?: string) {
  const device = await begin(scope);
  const done = await browser.logIn(await browser.enterCode(complete(device)), name);
  return { device, page: await done.text(), tokens: await poll(device) };
}

describe('the identity server, for a terminal', () => {
  test('issues tokens of the person who entered its code and logged in', async () => {
    const device = await begin();
    expect(device['user_code']).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
    const browser = openBrowser(identity.issuer);
    const login = await browser.enterCode(complete(device));
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
    const done = await browser.logIn(login, 'anna');
    expect(await done.text()).toContain('Logged in as anna');
    const { access_token = '', id_token = '', ...more } = await poll(device);
    expect(decodeJwt(access_token)).toMatchObject({ sub: 'anna', scope: 'analysis', client_id });
    expect(decodeJwt(id_token)).toMatchObject({ sub: 'anna', aud: client_id });
    expect(more).toMatchObject({ expires_in: 60, refresh_token: expect.any(String) });
    expect(await poll(device)).toMatchObject({ error: 'invalid_grant' });
  });

  test('issues a token for scope analysis.read alone, and says on its page what it may do', async () => {
    const device = await begin('openid analysis.read');
    const browser = openBrowser(identity.issuer);
    const page = await (await browser.confirmPage(complete(device))).text();
    expect(page).toContain(device['user_code']);
    expect(page).toContain('change nothing');
    expect(page).not.toContain('send photos');
    const { tokens } = await logIn(browser, 'anna', 'openid analysis.read');
    expect(decodeJwt(tokens['access_token'] ?? '')['scope']).toBe('analysis.read');
  });

  test('asks who it is also in a browser where somebody is logged in, and takes another name', async () => {
    const browser = openBrowser(identity.issuer);
    await logIn(browser, 'anna');
    const { page, tokens } = await logIn(browser, 'ben');
    expect(page).toContain('Logged in as ben');
    expect(decodeJwt(tokens['access_token'] ?? '').sub).toBe('ben');
  });

  test('tells the terminal of a refusal', async () => {
    const device = await begin();
    const page = await openBrowser(identity.issuer).enterCode(complete(device), 'abort');
    expect(await page.text()).toContain('Login refused');
    expect(await poll(device)).toMatchObject({ error: 'access_denied' });
  });

  test('tells terminal and person of a code that has expired', async () => {
    const brief = await startIdentity({ deviceCodeSeconds: 1 });
    const device = await begin(undefined, brief);
    await eventually(async () =>
      expect(await poll(device, brief)).toMatchObject({ error: 'expired_token' }),
    );
    const page = await openBrowser(brief.issuer).enterCode(complete(device));
    expect(page.status).toBe(422);
    expect(await page.text()).toContain('has expired');
    await brief.stop();
  });

  test('issues a new refresh token with each use, and ends the login where an old one comes back', async () => {
    const { tokens } = await logIn(openBrowser(identity.issuer), 'anna');
    const renewed = await refresh(tokens['refresh_token']);
    expect(renewed['refresh_token']).not.toBe(tokens['refresh_token']);
    expect(await refresh(tokens['refresh_token'])).toMatchObject({ error: 'invalid_grant' });
    expect(await refresh(renewed['refresh_token'])).toMatchObject({ error: 'invalid_grant' });
  });

  test('keeps a terminal logged in when another of that browser is logged out, or its user changes', async () => {
    const browser = openBrowser(identity.issuer);
    const [one, two] = [await logIn(browser, 'anna'), await logIn(browser, 'anna')];
    await post(identity, '/token/revocation', { token: two.tokens['refresh_token'] ?? '' });
    expect(await refresh(two.tokens['refresh_token'])).toMatchObject({ error: 'invalid_grant' });
    await logIn(browser, 'ben');
    expect(await refresh(one.tokens['refresh_token'])).toMatchObject({ scope: 'analysis' });
  });
});

describe('the pages of the identity server', () => {
  test('have a language, a label for each field, no script, and cannot be framed or stored', async () => {
    const device = await begin();
    const browser = openBrowser(identity.issuer);
    const entry = await browser.visit(complete(device));
    const confirm = await browser.confirmPage(complete(device));
    const login = await browser.enterCode(complete(device));
    const pages = [entry, confirm, login.clone(), await browser.logIn(login, 'anna')];
    for (const page of [...pages, await browser.visit('/auth')]) {
      expect(page.headers.get('content-security-policy')).toMatch(
        /default-src 'none';.*frame-ancestors 'none'/,
      );
      expect(page.headers.get('x-frame-options')).toBe('DENY');
      expect(page.headers.get('cache-control')).toContain('no-store');
      const text = await page.text();
      expect(text).toMatch(/<html lang="en">/);
      expect(text).toMatch(/<h1>[^<]+<\/h1>/);
      expect(text).not.toMatch(/<script|\son\w+=|javascript:/i);
      for (const [, id = ''] of text.matchAll(/<input\s+id="(\w+)"/g))
        expect(text).toContain(`<label for="${id}">`);
    }
  });

  test('show the code of an address for comparison, harmless whatever it holds, and send nothing by themselves', async () => {
    const address = '/device?user_code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E';
    const text = await (await openBrowser(identity.issuer).visit(address)).text();
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;');
    expect(text).not.toContain('<script');
  });

  test.each([
    ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['of another port', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['of nowhere', { origin: 'null' }],
  ])('refuse a form %s', async (_whose, headers) => {
    const browser = openBrowser(identity.issuer);
    const device = await begin();
    const login = await browser.enterCode(complete(device));
    const action = /action="([^"]+)"/.exec(await login.text())?.[1] ?? '';
    for (const path of [action, '/device']) {
      const body = new URLSearchParams({ name: 'anna', user_code: device['user_code'] ?? '' });
      const answer = await browser.visit(path, { method: 'POST', body, headers });
      expect(answer.status).toBe(403);
    }
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
  });

  test('refuse the code of a form without the secret of its page', async () => {
    const browser = openBrowser(identity.issuer);
    const device = await begin();
    await browser.visit('/device');
    const body = new URLSearchParams({ user_code: device['user_code'] ?? '', confirm: 'yes' });
    const answer = await browser.visit('/device', { method: 'POST', body });
    expect(answer.status).toBe(422);
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
  });

  test('take no more codes than thirty a minute, over all browsers', async () => {
    const guessed = await startIdentity();
    const browsers = [openBrowser(guessed.issuer), openBrowser(guessed.issuer)];
    const statuses: number[] = [];
    for (let guess = 0; guess < 31; guess += 1) {
      const browser = browsers[guess % 2];
      statuses.push((await browser?.enterCode('/device?user_code=BBBB-BBBB'))?.status ?? 0);
    }
    expect(statuses).toEqual([...Array<number>(30).fill(422), 429]);
    await guessed.stop();
  });
});
