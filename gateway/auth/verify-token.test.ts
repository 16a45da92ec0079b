import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { issuerKeys } from './issuer-keys.ts';
import { createTokenVerifier, type VerifyToken } from './verify-token.ts';
import { LocalIssuer, audience } from '../../tests/support/gateway/local-issuer.ts';

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

const check = async (wish?: Parameters<LocalIssuer['token']>[0]) =>
  verify(`Bearer ${await issuer.token(wish)}`);

describe('who gets in', () => {
  test('the owner is a one-way hash of issuer and subject, the same for every token of theirs', async () => {
    const caller = await check({ sub: 'ada' });
    const expected = createHash('sha256')
      .update(JSON.stringify([issuer.url, 'ada']))
      .digest('hex');
    expect(caller.owner).toBe(expected.slice(0, 32));
    expect((await check({ sub: 'ada' })).owner).toBe(caller.owner);
    expect((await check({ sub: 'bob' })).owner).not.toBe(caller.owner);
  });

  test('scope counts in `scope`, in `scp`, and as a list', async () => {
    await check({ scope: 'openid analysis' });
    await check({ scope: 'openid', scp: 'analysis' });
    await check({ scope: undefined, scp: ['analysis'] });
    await expect(check({ scope: 'openid' })).rejects.toMatchObject({ status: 403 });
    await expect(check({ scope: 'analysis.read' })).rejects.toMatchObject({ status: 403 });
  });

  test('other claims can name the owner; a token without them is not valid', async () => {
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
])('a token %s is refused with 401', async (_what, wish) => {
  await expect(check(wish)).rejects.toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
});

test.each([undefined, '', 'Basic eDp5', 'Bearer', 'Bearer a b'])(
  'no bearer token (%p): 401',
  async (header) => {
    await expect(verify(header)).rejects.toMatchObject({ status: 401 });
  },
);

describe('the issuer', () => {
  test('is asked for its keys once for 300 tokens, and unknown key ids do not hammer it', async () => {
    const token = await issuer.token();
    await Promise.all(Array.from({ length: 300 }, () => verify(`Bearer ${token}`)));
    expect(issuer.keyFetches).toBe(1);
    for (let attack = 0; attack < 50; attack += 1)
      await expect(check({ kid: `unknown-${attack}` })).rejects.toMatchObject({ status: 401 });
    expect(issuer.keyFetches).toBe(1);
  });

  test('out of reach and no key known: 503 and when to retry, never 401', async () => {
    issuer.isAway = true;
    await expect(check()).rejects.toMatchObject({
      status: 503,
      code: 'ISSUER_UNREACHABLE',
      retryAfter: 5,
    });
  });

  test('out of reach: the keys read last stay good', async () => {
    await check();
    issuer.isAway = true;
    await check();
  });

  test('back again: tokens hold without a restart', async () => {
    verify = trusting({ pauseMs: 1 });
    issuer.isAway = true;
    await expect(check()).rejects.toMatchObject({ status: 503 });
    issuer.isAway = false;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await check();
  });
});
