import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import { openBrowser } from '../../../tests/support/identity/browser.ts';
import {
  audience,
  secret,
  startIdentity,
} from '../../../tests/support/identity/identity-server.ts';
import { takeToken } from './take-token.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const redirectUri = 'http://127.0.0.1:4321/'; // a port that is not registered: any counts

function verify(token: string, { issuer } = identity) {
  return jwtVerify(token, createRemoteJWKSet(new URL('/jwks', issuer)), {
    issuer,
    audience,
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'sub'],
  });
}

const codeOf = (response: Response) =>
  new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';

async function logIn(browser: ReturnType<typeof openBrowser>, name: string) {
  const code = codeOf(await browser.logIn(await browser.authorize(redirectUri), name));
  const response = await browser.exchange(code, redirectUri);
  const tokens = (await response.json()) as Record<string, string>;
  return { response, code, tokens, access: tokens['access_token'] ?? '' };
}

describe('the identity server, for a user as a client', () => {
  test('issues a token for the scope analysis, with the name as its subject', async () => {
    const { payload } = await verify(
      await takeToken({ issuer: identity.issuer, secret }, 'anna.b-c_d@example.dk'),
    );
    expect(payload).toMatchObject({ sub: 'anna.b-c_d@example.dk', scope: 'analysis' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  test('refuses a secret of another stack', async () => {
    const stranger = { issuer: identity.issuer, secret: 'the-secret-of-another-stack' };
    await expect(takeToken(stranger, 'anna')).rejects.toThrow(/IDENTITY_SECRET differs/);
  });

  test.each(['Anna', 'a b', '', 'x'.repeat(65), 'trackunit-web', '../anna', 'ånna'])(
    'refuses the name %p',
    async (name) => {
      const response = await fetch(`${identity.issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${encodeURIComponent(name)}:any`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'analysis' }),
      });
      expect([400, 401]).toContain(response.status);
      await expect(takeToken({ issuer: identity.issuer, secret }, name)).rejects.toThrow(
        /invalid user name/,
      );
    },
  );

  test('issues tokens that expire', async () => {
    const brief = await startIdentity({ tokenSeconds: 1 });
    const token = await takeToken({ issuer: brief.issuer, secret }, 'anna');
    await eventually(() => expect(verify(token, brief)).rejects.toThrow(errors.JWTExpired));
    await brief.stop();
  });
});

describe('the identity server, for a browser', () => {
  test('logs a name in as the same subject as that name as a client', async () => {
    const { access, tokens } = await logIn(openBrowser(identity.issuer), 'anna');
    const { payload } = await verify(access);
    expect(payload).toMatchObject({ sub: 'anna', scope: 'analysis', client_id: 'trackunit-web' });
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 60 });
    const asClient = await verify(await takeToken({ issuer: identity.issuer, secret }, 'anna'));
    expect(asClient.payload.sub).toBe(payload.sub);
  });

  test('keeps the session: the next authorization shows no login page', async () => {
    const browser = openBrowser(identity.issuer);
    await logIn(browser, 'anna');
    const silent = await browser.authorize(redirectUri, { prompt: 'none' });
    const again = await browser.exchange(codeOf(silent), redirectUri);
    const { access_token } = (await again.json()) as { access_token: string };
    expect((await verify(access_token)).payload.sub).toBe('anna');
  });

  test('changes the user on another login', async () => {
    const browser = openBrowser(identity.issuer);
    await logIn(browser, 'anna');
    const page = await browser.authorize(redirectUri, { prompt: 'login' });
    const code = codeOf(await browser.logIn(page, 'ben'));
    const { access_token } = (await (await browser.exchange(code, redirectUri)).json()) as {
      access_token: string;
    };
    expect((await verify(access_token)).payload.sub).toBe('ben');
  });

  test('refreshes a token without a login page', async () => {
    const browser = openBrowser(identity.issuer);
    const { tokens } = await logIn(browser, 'anna');
    const renewed = (await (await browser.refresh(tokens['refresh_token'] ?? '')).json()) as {
      access_token: string;
    };
    expect((await verify(renewed.access_token)).payload).toMatchObject({
      sub: 'anna',
      scope: 'analysis',
    });
  });

  test.each(['Anna', '<script>', 'trackunit-web', ''])('refuses to log in %p', async (name) => {
    const browser = openBrowser(identity.issuer);
    const answer = await browser.logIn(await browser.authorize(redirectUri), name);
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('role="alert"');
    expect(page).not.toContain('<script>');
  });

  test('allows CORS from loopback origins only', async () => {
    const { response } = await logIn(openBrowser(identity.issuer), 'anna');
    expect(response.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:4321');
    const elsewhere = await fetch(`${identity.issuer}/token`, {
      method: 'POST',
      headers: { origin: 'https://example.com' },
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'trackunit-web' }),
    });
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the identity server, for an app of somebody else', () => {
  const app = () => openBrowser(identity.issuer, 'trackunit-app');
  const tokenOf = async (browser: ReturnType<typeof openBrowser>, back: Response) => {
    const response = await browser.exchange(codeOf(back), redirectUri);
    return ((await response.json()) as { access_token: string }).access_token;
  };

  test('asks the user once, in words, and gives the scopes that were allowed', async () => {
    const browser = app();
    const asks = await browser.logIn(
      await browser.authorize(redirectUri, { scope: 'openid analysis.read' }),
      'anna',
    );
    const words = await asks.clone().text();
    for (const word of ['trackunit-app', 'anna', 'see what is yours, and change nothing'])
      expect(words).toContain(word);
    const { payload } = await verify(await tokenOf(browser, await browser.consent(asks)));
    expect(payload).toMatchObject({
      sub: 'anna',
      scope: 'analysis.read',
      client_id: 'trackunit-app',
    });

    const silent = await browser.authorize(redirectUri, { scope: 'openid analysis.read' });
    expect(codeOf(silent)).not.toBe('');
    const more = await browser.authorize(redirectUri, { scope: 'openid analysis' });
    expect(await more.text()).toContain('send photos');
  });

  test('gives nothing where the user refuses', async () => {
    const browser = app();
    const asks = await browser.logIn(await browser.authorize(redirectUri), 'anna');
    const back = await browser.consent(asks, 'abort');
    expect(back.headers.get('location')).toContain('error=access_denied');
  });
});

describe('the identity server, for an authorization code', () => {
  test('refuses it without its verifier, and after its use', async () => {
    const browser = openBrowser(identity.issuer);
    const code = codeOf(await browser.logIn(await browser.authorize(redirectUri), 'anna'));
    const guess = 'a'.repeat(43);
    expect((await browser.exchange(code, redirectUri, guess)).status).toBe(400);
    const another = openBrowser(identity.issuer);
    const used = await logIn(another, 'anna');
    expect(used.response.status).toBe(200);
    expect((await another.exchange(used.code, redirectUri)).status).toBe(400);
  });

  test('issues none without PKCE, nor for an address that is not registered', async () => {
    const browser = openBrowser(identity.issuer);
    const plain = await browser.authorize(redirectUri, { code_challenge: '' });
    expect(plain.headers.get('location')).toContain('error=invalid_request');
    for (const address of ['https://example.com/', 'http://127.0.0.1:4321/other'])
      expect((await browser.authorize(address)).status).toBe(400);
  });
});

test('the identity server answers a login page without its cookie as expired', async () => {
  const response = await fetch(`${identity.issuer}/interaction/nothing`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('expired');
});

test('the identity server answers other host names with 421, except for health', async () => {
  const ask = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(
        { port: identity.port, host: '127.0.0.1', path, headers: { host: 'evil.test' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
  expect(await ask('/.well-known/openid-configuration')).toBe(421);
  expect(await ask('/auth')).toBe(421);
  expect(await ask('/livez')).toBe(200);
});

test('the identity server leaves the answers of the provider alone: none is sent twice', async () => {
  const errors = jest.spyOn(console, 'error'); // where the HTTP server prints what it could not send
  await takeToken({ issuer: identity.issuer, secret }, 'anna');
  expect(errors).not.toHaveBeenCalled();
  errors.mockRestore();
});

test('the identity server answers livez, readyz and metrics', async () => {
  await takeToken({ issuer: identity.issuer, secret }, 'anna');
  for (const path of ['/livez', '/readyz'])
    expect((await fetch(identity.issuer + path)).status).toBe(200);
  const metrics = await (await fetch(`${identity.issuer}/metrics`)).text();
  expect(metrics).toMatch(/identity_access_tokens_issued_total\{grant="client_credentials"\} \d/);
});

test.each([
  ['no multipart boundary', 'multipart/form-data', 'name=anna'],
  [
    'no multipart end',
    'multipart/form-data; boundary=a',
    '--a\r\ncontent-disposition: form-data; name="name"\r\n\r\nanna',
  ],
  [
    'a file for a name',
    'multipart/form-data; boundary=a',
    '--a\r\ncontent-disposition: form-data; name="name"; filename="n"\r\n\r\nanna\r\n--a--\r\n',
  ],
  ['JSON', 'application/json', '{"name":"anna"}'],
  ['a broken escape', 'application/x-www-form-urlencoded', 'name=%E0%A4%A'],
  ['two names', 'application/x-www-form-urlencoded', 'name=Anna&name=bert'],
  ['__proto__', 'application/x-www-form-urlencoded', '__proto__=anna&name[__proto__]=anna'],
  ['1 MB', 'application/x-www-form-urlencoded', `name=${'x'.repeat(1_000_000)}`],
])('the identity server refuses a login form with %s', async (_name, type, body) => {
  const browser = openBrowser(identity.issuer);
  const page = await browser.authorize(redirectUri);
  const action = /action="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const answer = await browser.visit(action, { method: 'POST', body: new Blob([body], { type }) });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});
