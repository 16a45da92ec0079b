import { describe, expect, test } from '@jest/globals';
import { logInByDevice } from './device-code.ts';

const issuer = 'http://issuer.test';
const idToken = (claims: object) =>
  [{ alg: 'RS256' }, claims]
    .map((it) => Buffer.from(JSON.stringify(it)).toString('base64url'))
    .join('.') + '.x';
const now = Math.floor(Date.now() / 1000);
const claims = { iss: issuer, sub: 'anna', aud: 'cli', iat: now, exp: now + 600 };
const tokens = {
  access_token: 'a',
  token_type: 'Bearer',
  expires_in: 600,
  refresh_token: 'r',
  id_token: idToken(claims),
};

/** An issuer in memory that answers the polls in turn; the last answer stays. */
function logIn(polls: (object | 503)[], { code = {}, metadata = {} } = {}) {
  const waits: number[] = [];
  const asked: URLSearchParams[] = [];
  const shown: string[] = [];
  const reach = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const device_authorization_endpoint = `${issuer}/device/auth`;
    if (request.url.endsWith('openid-configuration'))
      return Response.json({
        issuer,
        token_endpoint: `${issuer}/token`,
        device_authorization_endpoint,
        ...metadata,
      });
    asked.push(new URLSearchParams(await request.text()));
    if (request.url === device_authorization_endpoint)
      return Response.json({
        device_code: 'd',
        user_code: 'BCDF-GHJK',
        verification_uri: `${issuer}/device`,
        expires_in: 60,
        ...code,
      });
    const answer = polls.length > 1 ? polls.shift() : polls[0];
    if (answer === 503) return new Response('', { status: 503 });
    return Response.json(answer, { status: 'error' in (answer ?? {}) ? 400 : 200 });
  };
  const login = logInByDevice({
    issuer,
    clientId: 'cli',
    scope: 'analysis',
    fetch: reach,
    onCode: ({ user_code }) => shown.push(user_code),
    wait: (seconds) => Promise.resolve(waits.push(seconds)),
  });
  return { login, waits, asked, shown };
}
const pending = { error: 'authorization_pending' };

describe('logInByDevice', () => {
  test('shows the code, asks in the interval of the issuer, and names who is logged in', async () => {
    const { login, waits, asked, shown } = logIn([pending, pending, tokens], {
      code: { interval: 2 },
    });
    expect(await login).toMatchObject({
      issuer,
      clientId: 'cli',
      user: 'anna',
      accessToken: 'a',
      refreshToken: 'r',
    });
    expect(waits).toEqual([2, 2, 2]);
    expect(shown).toEqual(['BCDF-GHJK']);
    expect(asked[0]?.get('scope')).toBe('openid analysis');
    expect(asked[1]?.get('device_code')).toBe('d');
  });

  test('asks every 5 s where the issuer names no interval, and 5 s more rarely after each slow_down', async () => {
    const slowDown = { error: 'slow_down' };
    const { login, waits } = logIn([pending, slowDown, pending, slowDown, tokens]);
    await login;
    expect(waits).toEqual([5, 5, 10, 10, 15]);
  });

  test('goes on, half as often, while the issuer does not answer', async () => {
    const { login, waits } = logIn([pending, 503, tokens]);
    await login;
    expect(waits).toEqual([5, 5, 10]);
  });

  test('ends as expired when nobody enters the code in time, whether the issuer says so or not', async () => {
    const { login, waits } = logIn([pending]);
    await expect(login).rejects.toMatchObject({ code: 'LOGIN_EXPIRED' });
    expect(waits.reduce((sum, wait) => sum + wait)).toBe(60);
    const ended = logIn([{ error: 'expired_token' }]);
    await expect(ended.login).rejects.toMatchObject({ code: 'LOGIN_EXPIRED' });
    expect(ended.waits).toHaveLength(1);
  });

  test.each([
    ['the person refuses', 'access_denied', 'LOGIN_DENIED'],
    ['the issuer refuses', 'invalid_client', 'TOKEN_REFUSED'],
  ])('ends with its reason and remedy when %s', async (_who, error, code) => {
    const { login, waits } = logIn([{ error }]);
    await expect(login).rejects.toMatchObject({
      code,
      remedy: expect.stringContaining('npm run login'),
    });
    expect(waits).toHaveLength(1);
  });

  test('asks for offline_access where the issuer knows it', async () => {
    const { login, asked } = logIn([tokens], {
      metadata: { scopes_supported: ['openid', 'offline_access'] },
    });
    await login;
    expect(asked[0]?.get('scope')).toBe('openid analysis offline_access');
  });

  test('says so where the issuer offers no login by code', async () => {
    const { login } = logIn([tokens], { metadata: { device_authorization_endpoint: undefined } });
    await expect(login).rejects.toMatchObject({ code: 'NO_DEVICE_LOGIN' });
  });
});
