import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cachedLogin, keepLogin, logOut } from './cached-login.ts';
import { loginFileOf, readLogin, writeLogin, type Login } from './login-file.ts';

let folder: string;
let file: string;
const issuer = 'http://issuer.test';
const login = (more: Partial<Login> = {}): Login => ({
  issuer,
  clientId: 'cli',
  user: 'anna',
  accessToken: 'access-0',
  usableUntil: Date.now() + 60_000,
  refreshToken: 'refresh-0',
  ...more,
});
const over = { usableUntil: 0 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'login-'));
  file = loginFileOf({ issuer, clientId: 'cli' }, { XDG_CONFIG_HOME: folder });
});
afterEach(() => rm(folder, { recursive: true }));

/** Takes each refresh token once, as rotation wants it, and counts. */
function rotatingIssuer(named = issuer) {
  const seen = { refreshes: 0, revoked: [] as string[] };
  const answer = (url: string, form: URLSearchParams) => {
    if (url.endsWith('openid-configuration'))
      return [
        200,
        { issuer: named, token_endpoint: `${named}/token`, revocation_endpoint: `${named}/revoke` },
      ] as const;
    if (url.endsWith('/revoke')) {
      seen.revoked.push(form.get('token') ?? '');
      return [200, {}] as const;
    }
    if (form.get('refresh_token') !== `refresh-${seen.refreshes}`)
      return [400, { error: 'invalid_grant' }] as const;
    const n = (seen.refreshes += 1);
    const tokens = { access_token: `access-${n}`, refresh_token: `refresh-${n}`, expires_in: 60 };
    return [200, { ...tokens, token_type: 'Bearer' }] as const;
  };
  const reach = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const [status, body] = answer(request.url, new URLSearchParams(await request.text()));
    return Response.json(body, { status });
  };
  return { seen, answer, reach };
}

describe('the file of a login', () => {
  test('lies in XDG_CONFIG_HOME, one for each issuer and client, readable by its user alone', async () => {
    await writeLogin(file, login());
    expect(file.startsWith(join(folder, 'trackunit-analysis'))).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'trackunit-analysis'))).mode & 0o777).toBe(0o700);
    const others = [
      { issuer, clientId: 'b' },
      { issuer: `${issuer}:81`, clientId: 'cli' },
    ];
    const names = others.map((it) => loginFileOf(it, { XDG_CONFIG_HOME: folder }));
    expect(new Set([file, ...names]).size).toBe(3);
    expect(loginFileOf(login(), { XDG_CONFIG_HOME: 'not/absolute' })).toContain('/.config/');
    expect(await readdir(join(folder, 'trackunit-analysis'))).toHaveLength(1);
  });

  test.each(['640', '604', '620', '666'])('is refused with mode %s', async (mode) => {
    await writeLogin(file, login());
    await chmod(file, parseInt(mode, 8));
    await expect(cachedLogin(file)()).rejects.toMatchObject({ code: 'LOGIN_EXPOSED' });
  });

  test.each(['', '{', '[]', '{"accessToken":"a"}', JSON.stringify({ ...login(), user: 7 })])(
    'is refused as damaged when it holds %j, and may be logged out',
    async (text) => {
      await writeLogin(file, login());
      await writeFile(file, text);
      await expect(readLogin(file)).rejects.toMatchObject({
        code: 'LOGIN_DAMAGED',
        remedy: expect.stringContaining('npm run login'),
      });
      expect(await logOut(file)).toEqual({ user: undefined, revoked: false });
      expect(await readLogin(file)).toBeUndefined();
    },
  );
});

describe('cachedLogin', () => {
  test('uses the token of the file until it is near its end, then renews and keeps the new one', async () => {
    const { seen, reach } = rotatingIssuer();
    await writeLogin(file, login());
    expect(await cachedLogin(file, reach)()).toBe('access-0');
    expect(seen.refreshes).toBe(0);
    await writeLogin(file, login(over));
    expect(await cachedLogin(file, reach)()).toBe('access-1');
    expect(await readLogin(file)).toMatchObject({ refreshToken: 'refresh-1', user: 'anna' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('renews a token that the gateway refused', async () => {
    const { reach } = rotatingIssuer();
    await writeLogin(file, login());
    const token = cachedLogin(file, reach);
    await token();
    expect(await token({ renew: true })).toBe('access-1');
  });

  test('renews once for many callers, in this process and beside it', async () => {
    const { seen, reach } = rotatingIssuer();
    await writeLogin(file, login(over));
    const sources = Array.from({ length: 8 }, () => cachedLogin(file, reach));
    const taken = await Promise.all(sources.flatMap((source) => [source(), source()]));
    expect([new Set(taken), seen.refreshes]).toEqual([new Set(['access-1']), 1]);
  });

  test('renews once for several processes', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { seen, answer } = rotatingIssuer(at);
    server.on('request', (request, response) => {
      void (async () => {
        const chunks = await request.toArray();
        const form = new URLSearchParams(Buffer.concat(chunks as Buffer[]).toString());
        const [status, body] = answer(request.url ?? '', form);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      })();
    });
    await writeLogin(file, login({ ...over, issuer: at }));
    const url = new URL('cached-login.ts', import.meta.url).href;
    const script = `const { cachedLogin } = await import(${JSON.stringify(url)}); console.log(await cachedLogin(${JSON.stringify(file)})());`;
    const run = async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return Buffer.concat((await child.stdout.toArray()) as Buffer[]).toString();
    };
    const taken = await Promise.all([run(), run(), run()]);
    server.closeAllConnections();
    server.close();
    expect([taken, seen.refreshes]).toEqual([Array(3).fill('access-1\n'), 1]);
  }, 60_000);

  test('keeps a new login behind a renewal of the one before, which would write over it', async () => {
    const { reach } = rotatingIssuer();
    await writeLogin(file, login(over));
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<undefined>();
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<undefined>();
    const slow: typeof reach = async (input, init) => {
      isAsked(undefined);
      await mayAnswer;
      return reach(input, init);
    };
    const renewed = cachedLogin(file, slow)();
    await asked;
    const kept = keepLogin(file, login({ user: 'ben', accessToken: 'of-ben' }));
    answer(undefined);
    await Promise.all([renewed, kept]);
    expect(await readLogin(file)).toMatchObject({ user: 'ben', accessToken: 'of-ben' });
  });

  test('takes over the lock of a process that was killed', async () => {
    const { reach } = rotatingIssuer();
    await writeLogin(file, login(over));
    await writeFile(`${file}.lock`, JSON.stringify({ pid: 2 ** 22, startTime: '1' }));
    expect(await cachedLogin(file, reach)()).toBe('access-1');
  });

  test('ends with who was logged in and how to go on where the refresh token counts no more', async () => {
    await writeLogin(file, login({ ...over, refreshToken: 'of-another-time' }));
    await expect(cachedLogin(file, rotatingIssuer().reach)()).rejects.toMatchObject({
      code: 'LOGIN_ENDED',
      message: expect.stringContaining('anna'),
      remedy: expect.stringContaining('npm run login'),
    });
    await writeLogin(file, login({ ...over, refreshToken: undefined }));
    await expect(cachedLogin(file)()).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
  });

  test('keeps the login while the issuer is unreachable', async () => {
    await writeLogin(file, login(over));
    const before = await readFile(file, 'utf8');
    const down = () => Promise.reject(new TypeError('fetch failed'));
    await expect(cachedLogin(file, down)()).rejects.toMatchObject({
      code: 'ISSUER_UNREACHABLE',
      retryable: true,
    });
    expect(await readFile(file, 'utf8')).toBe(before);
  });
});

describe('logOut', () => {
  test('revokes the refresh token and deletes the file', async () => {
    const { seen, reach } = rotatingIssuer();
    await writeLogin(file, login());
    expect(await logOut(file, reach)).toEqual({ user: 'anna', revoked: true });
    expect(seen.revoked).toEqual(['refresh-0']);
    expect(await readdir(join(folder, 'trackunit-analysis'))).toEqual([]);
    expect(await logOut(file, reach)).toBeUndefined();
  });

  test('deletes the file also where the issuer is unreachable, and says that it does not know', async () => {
    await writeLogin(file, login());
    const down = () => Promise.reject(new TypeError('fetch failed'));
    expect(await logOut(file, down)).toEqual({ user: 'anna', revoked: false });
    expect(await readLogin(file)).toBeUndefined();
  });
});
