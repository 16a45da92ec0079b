import { describe, expect, test } from '@jest/globals';
import { clientCredentials } from './client-credentials.ts';

const issuer = 'http://issuer.test';

/** An issuer in memory that counts what it gave out. */
function issuerOf({ seconds = 3600, refuse = false } = {}) {
  const asked: { authorization: string | null; form: URLSearchParams }[] = [];
  const answer = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    if (request.url.endsWith('/.well-known/openid-configuration'))
      return Response.json({ token_endpoint: `${issuer}/token` });
    asked.push({
      authorization: request.headers.get('authorization'),
      form: new URLSearchParams(await request.text()),
    });
    if (refuse) return Response.json({ error: 'invalid_client' }, { status: 401 });
    return Response.json({ access_token: `token-${asked.length}`, expires_in: seconds });
  };
  return { asked, fetch: answer };
}

const alice = { issuer, clientId: 'alice@example', clientSecret: 's:cret+1' };

describe('clientCredentials', () => {
  test('one token serves until it is near its end', async () => {
    const { asked, fetch } = issuerOf();
    const token = clientCredentials({ ...alice, fetch });
    expect([await token(), await token()]).toEqual(['token-1', 'token-1']);
    expect(asked[0]?.form.get('scope')).toBe('analysis');
    expect(atob(asked[0]?.authorization?.split(' ')[1] ?? '')).toBe('alice%40example:s%3Acret%2B1');
  });

  test('callers at the same time share one request', async () => {
    const { asked, fetch } = issuerOf();
    const token = clientCredentials({ ...alice, fetch });
    await Promise.all([token(), token(), token()]);
    expect(asked).toHaveLength(1);
  });

  test('a refused token is not given again', async () => {
    const { fetch } = issuerOf();
    const token = clientCredentials({ ...alice, fetch });
    await token();
    expect(await token({ renew: true })).toBe('token-2');
  });

  test('a token that has no life left is replaced', async () => {
    const { fetch } = issuerOf({ seconds: 0 });
    const token = clientCredentials({ ...alice, fetch });
    expect([await token(), await token()]).toEqual(['token-1', 'token-2']);
  });

  test('an unknown client is told so, and tried anew by the next call', async () => {
    const { asked, fetch } = issuerOf({ refuse: true });
    const token = clientCredentials({ ...alice, fetch });
    await expect(token()).rejects.toMatchObject({ code: 'TOKEN_REFUSED', passing: false });
    await expect(token()).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    expect(asked).toHaveLength(2);
  });

  test('an issuer that is away passes by itself', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'));
    await expect(clientCredentials({ ...alice, fetch })()).rejects.toMatchObject({
      code: 'ISSUER_UNREACHABLE',
      passing: true,
    });
  });
});
