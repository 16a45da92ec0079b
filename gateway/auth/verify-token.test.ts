import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { issuerKeys } from '../../platform/auth/issuer-keys.ts';
import { createTokenVerifier, type VerifyToken } from './verify-token.ts';
import {
  LocalIssuer,
  audience,
  type TokenOptions,
} from '../../tests/support/gateway/local-issuer.ts';

let issuer: LocalIssuer;
let verify: VerifyToken;
const trusting = (more: { ownerClaims?: string[]; pauseMs?: number } = {}) =>
  createTokenVerifier({
    issuer: issuer.url,
    audience,
    ownerClaims: more.ownerClaims ?? ['iss', 'sub'],
    keys: issuerKeys(issuer.url, { timeoutMs: 500, pauseMs: more.pauseMs ?? 5_000 }),
  });
beforeEach(async () => {
  issuer = await LocalIssuer.start();
  verify = trusting();
});
afterEach(() => issuer.stop());

const check = async (options?: TokenOptions) => verify(`Bearer ${await issuer.token(options)}`);

describe('verifyToken', () => {
  test('names the owner by a one-way hash of issuer and subject, the same for each of their tokens', async () => {
    const caller = await check({ sub: 'ada' });
    const expected = createHash('sha256')
      .update(JSON.stringify([issuer.url, 'ada']))
      .digest('hex');
    expect(caller.owner).toBe(expected.slice(0, 32));
    expect((await check({ sub: 'ada' })).owner).toBe(caller.owner);
    expect((await check({ sub: 'bob' })).owner).not.toBe(caller.owner);
  });

  test('accepts scope `analysis` in `scope`, in `scp`, and as a list; refuses a token without one', async () => {
    await check({ scope: 'openid analysis' });
    await check({ scope: 'openid', scp: 'analysis' });
    await check({ scope: undefined, scp: ['analysis'] });
    for (const scope of ['openid', 'analysis.write', 'analysis.reader'])
      await expect(check({ scope })).rejects.toMatchObject({
        status: 403,
        message: expect.stringMatching(/without scope analysis, or analysis.read to read alone;/),
      });
  });

  test('takes a token with scope `analysis.read` alone as one that may only read', async () => {
    expect(await check({ scope: 'openid analysis.read' })).toMatchObject({ readOnly: true });
    expect(await check({ scope: 'analysis.read analysis' })).toMatchObject({ readOnly: false });
    expect(await check({ scope: 'analysis.read', scp: ['analysis'] })).toMatchObject({
      readOnly: false,
    });
  });

  test('names the owner by other claims where configured; refuses a token without them', async () => {
    verify = trusting({ ownerClaims: ['tid', 'oid'] });
    const one = await check({ tid: 't', oid: 'o', sub: 'a' });
    expect((await check({ tid: 't', oid: 'o', sub: 'b' })).owner).toBe(one.owner);
    await expect(check({ tid: 't' })).rejects.toMatchObject({ status: 401 });
  });
});

test.each([
  ['expired', { expiresInSeconds: -60 }],
  ['of another issuer', { iss: 'https://elsewhere.example' }],
  ['for another audience', { aud: 'urn:other' }],
  ['signed with a shared secret', { algorithm: 'HS256' as const }],
  ['of an unknown key', { kid: 'never' }],
])('refuses a token %s with 401', async (_what, options) => {
  await expect(check(options)).rejects.toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
});

test.each([undefined, '', 'Basic eDp5', 'Bearer', 'Bearer a b'])(
  'refuses a request without a bearer token (%p) with 401',
  async (header) => {
    await expect(verify(header)).rejects.toMatchObject({ status: 401 });
  },
);

describe('issuerKeys', () => {
  test('fetches the keys once for 300 tokens, and not again for each unknown key id', async () => {
    const token = await issuer.token();
    await Promise.all(Array.from({ length: 300 }, () => verify(`Bearer ${token}`)));
    expect(issuer.keyFetches).toBe(1);
    for (let attack = 0; attack < 50; attack += 1)
      await expect(check({ kid: `unknown-${attack}` })).rejects.toMatchObject({ status: 401 });
    expect(issuer.keyFetches).toBe(1);
  });

  test('answers 503 with Retry-After, never 401, while the issuer is unreachable and no key is known', async () => {
    issuer.isUnavailable = true;
    await expect(check()).rejects.toMatchObject({
      status: 503,
      code: 'ISSUER_UNREACHABLE',
      retryAfter: 5,
    });
  });

  test('keeps the keys fetched last while the issuer is unreachable', async () => {
    await check();
    issuer.isUnavailable = true;
    await check();
  });

  test('accepts tokens without a restart once the issuer is reachable again', async () => {
    verify = trusting({ pauseMs: 1 });
    issuer.isUnavailable = true;
    await expect(check()).rejects.toMatchObject({ status: 503 });
    issuer.isUnavailable = false;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await check();
  });
});
