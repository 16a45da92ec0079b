import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSession, type Session } from './session.ts';

let renewal: { status: number; body: object };
const server = createServer((request, response) => {
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const isToken = request.method === 'POST';
  response.writeHead(isToken ? renewal.status : 200, { 'content-type': 'application/json' });
  const metadata = { issuer, token_endpoint: `${issuer}/token` };
  response.end(JSON.stringify(isToken ? renewal.body : metadata));
});

/** What the session needs of a browser. */
const stored = new Map<string, string>();
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(globalThis, {
    addEventListener: () => undefined,
    location: { origin: 'http://page', pathname: '/', search: '' },
    localStorage: {
      get length() {
        return stored.size;
      },
      key: (at: number) => [...stored.keys()][at] ?? null,
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const issuerOf = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const ownerOf = (sub: string) => `${issuerOf()} ${sub}`;

function store(sub: string) {
  const user = {
    access_token: `token-of-${sub}`,
    refresh_token: 'refresh',
    token_type: 'Bearer',
    profile: { iss: issuerOf(), sub },
  };
  stored.set(`oidc.user:${issuerOf()}:page`, JSON.stringify(user));
}

async function open(): Promise<Session> {
  store('anna');
  return openSession({ issuer: issuerOf(), clientId: 'page', scope: 'openid' });
}

test('gives nobody the token of who signed in after them', async () => {
  const session = await open();
  const token = session.tokenOf(ownerOf('anna'));
  await expect(token()).resolves.toBe('token-of-anna');
  store('bert'); // in another tab
  await expect(token()).rejects.toMatchObject({ code: 'SIGNED_OUT' });
  await expect(token({ renew: true })).rejects.toMatchObject({ code: 'SIGNED_OUT' });
  await expect(session.tokenOf(ownerOf('bert'))()).resolves.toBe('token-of-bert');
});

test('keeps the login while the issuer is unavailable for a time', async () => {
  const session = await open();
  renewal = { status: 503, body: { error: 'temporarily_unavailable' } };
  await expect(session.tokenOf(ownerOf('anna'))({ renew: true })).rejects.toMatchObject({
    code: 'ISSUER_UNREACHABLE',
    retryable: true,
  });
  expect(session.account.get().account?.owner).toBe(ownerOf('anna'));
});

test('ends the login where the issuer knows it no more', async () => {
  const session = await open();
  renewal = { status: 400, body: { error: 'invalid_grant' } };
  await expect(session.tokenOf(ownerOf('anna'))({ renew: true })).rejects.toMatchObject({
    code: 'SIGNED_OUT',
  });
  expect(session.account.get()).toEqual({ account: null, ended: true });
});
