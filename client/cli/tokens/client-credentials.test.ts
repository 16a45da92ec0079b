import { describe, expect, test } from '@jest/globals';
import { clientCredentials } from './client-credentials.ts';

const issuer = 'http://issuer.test';

/** An issuer in memory that counts what it gave out. */
function issuerOf({ seconds = 3600, refuse = false, named = issuer, status = 200 } = {}) {
  const asked: { authorization: string | null; form: URLSearchParams }[] = [];
  const answer = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    if (request.url.endsWith('/.well-known/openid-configuration'))
      return Response.json({ issuer: named, token_endpoint: `${issuer}/token` }, { status });
    asked.push({
      authorization: request.headers.get('authorization'),
      form: new URLSearchParams(await request.text()),
    });
    if (refuse) return Response.json({ error: 'invalid_client' }, { status: 401 });
    const access_token = `token-${asked.length}`;
    return Response.json({ access_token, token_type: 'Bearer', expires_in: seconds });
  };
  return { asked, fetch: answer };
}

const alice = { issuer, clientId: 'alice@example', clientSecret: 's:cret+1' };

describe('clientCredentials', () => {
  test('uses one token until it is near its end', async () => {
    const { asked, fetch } = issuerOf();
    const token = clientCredentials({ ...alice, fetch });
    expect([await token(), await token()]).toEqual(['token-1', 'token-1']);
    expect(asked[0]?.form.get('scope')).toBe('analysis');
    expect(atob(asked[0]?.authorization?.split(' ')[1] ?? '')).toBe('alice%40example:s%3Acret%2B1');
  });

  test('shares one request among callers at the same time', async () => {
    const { asked, fetch } = issuerOf();
    const token = clientCredentials({ ...alice, fetch });
    await Promise.all([token(), token(), token()]);
    expect(asked).toHaveLength(1);
  });

  test('replaces a token that the gateway refused', async () => {
    const { fetch } = issuerOf();
    const token = clientCredentials({ ...alice, fetch });
    await token();
    expect(await token({ renew: true })).toBe('token-2');
  });

  test('replaces a token that has expired', async () => {
    const { fetch } = issuerOf({ seconds: 0 });
    const token = clientCredentials({ ...alice, fetch });
    expect([await token(), await token()]).toEqual(['token-1', 'token-2']);
  });

  test('rejects an unknown client with the reason of the issuer, and asks again on the next call', async () => {
    const { asked, fetch } = issuerOf({ refuse: true });
    const token = clientCredentials({ ...alice, fetch });
    await expect(token()).rejects.toMatchObject({
      code: 'TOKEN_REFUSED',
      message: 'http://issuer.test refused a token (invalid_client)',
      retryable: false,
    });
    await expect(token()).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    expect(asked).toHaveLength(2);
  });

  test('rejects a server that names itself another issuer', async () => {
    const { asked, fetch } = issuerOf({ named: 'http://other.test' });
    await expect(clientCredentials({ ...alice, fetch })()).rejects.toMatchObject({
      code: 'NO_ISSUER',
      retryable: false,
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['does not answer', () => Promise.reject(new TypeError('fetch failed'))],
    ['answers 503', issuerOf({ status: 503 }).fetch],
  ])('rejects with a retryable error when the issuer %s', async (_how, fetch) => {
    await expect(clientCredentials({ ...alice, fetch })()).rejects.toMatchObject({
      code: 'ISSUER_UNREACHABLE',
      retryable: true,
    });
  });

  const cutBody = (text: string) =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      pull: (controller) => controller.error(new TypeError('terminated')),
    });
  test.each([
    ['breaks', () => cutBody('{"access_to')],
    ['ends in the middle', () => '{"access_to'],
  ])('rejects with a retryable error when the answer with the token %s', async (_how, body) => {
    const { asked, fetch: whole } = issuerOf();
    const headers = { 'content-type': 'application/json' };
    let cut = true;
    const token = clientCredentials({
      ...alice,
      async fetch(input, init) {
        if (!cut || !(input as string).endsWith('/token')) return whole(input, init);
        return Promise.resolve(new Response(body(), { headers }));
      },
    });
    await expect(token()).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE', retryable: true });
    cut = false;
    expect(await token()).toBe('token-1');
    expect(asked).toHaveLength(1);
  });

  test('rejects an answer without a token as invalid, not as a refusal', async () => {
    const { fetch: whole } = issuerOf();
    const token = clientCredentials({
      ...alice,
      async fetch(input, init) {
        if ((input as string).endsWith('/token')) return Promise.resolve(new Response('<html>'));
        return whole(input, init);
      },
    });
    await expect(token()).rejects.toMatchObject({ code: 'TOKEN_INVALID', retryable: false });
  });
});
