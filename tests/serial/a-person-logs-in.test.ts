import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTrackunitClient } from '../../client/sdk/index.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, samplePhoto, type Story } from '../support/harness/users.ts';
import { openBrowser } from '../support/identity/browser.ts';

const clone = fileURLToPath(new URL('../..', import.meta.url));
const sample = join(clone, 'client/samples/cat-320d.jpg');
const tokenSeconds = 8;

let story: Story;
let folder: string;
beforeAll(async () => {
  story = await beginStory();
  folder = await mkdtemp(join(tmpdir(), 'a person '));
  await story.stack.restart('identity', { IDENTITY_TOKEN_SECONDS: String(tokenSeconds) });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await story.stack.restart('identity');
});

/** A terminal whose user is at the test stack, with a configuration folder of its own. */
function start(program: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(clone, program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { XDG_CONFIG_HOME: folder, TRACKUNIT_STACK: 'test' },
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...printed })),
  );
  return { printed, ended };
}
const run = (program: string, ...args: string[]) => start(program, ...args).ended;

/** Types what the terminal shows into the pages of the issuer, as the person does. */
async function logIn(name: string, ...args: string[]) {
  const terminal = start('client/cli/login/main.ts', ...args);
  const address = await eventually(() => {
    const [, found] = /or open (\S+)/.exec(terminal.printed.out) ?? [];
    if (found === undefined) throw new Error(`no address in: ${terminal.printed.out}`);
    return found;
  });
  const browser = openBrowser(story.stack.url('identity'));
  await browser.logIn(await browser.enterCode(address), name);
  return terminal.ended;
}

const readToken = async (file: string) =>
  (JSON.parse(await readFile(file, 'utf8')) as { accessToken: string }).accessToken;
const endOf = (token: string) => (decodeJwt(token).exp ?? 0) * 1000;

describe('a person logs in', () => {
  test('analyses photos as the person who logged in by code, beyond the life of a token, until the logout', async () => {
    const name = story.newUser().name;
    const { code, out } = await logIn(name);
    expect(out).toContain(`Logged in as ${name} at ${story.stack.url('identity')}`);
    expect(code).toBe(0);
    const kept = join(folder, 'trackunit-analysis');
    const [file = ''] = await readdir(kept);
    expect((await stat(join(kept, file))).mode & 0o777).toBe(0o600);

    const first = await run('client/cli/main.ts', '--json', sample);
    expect(first.code).toBe(0);
    const { correlationId } = JSON.parse(first.out) as { correlationId: string };
    expect(await story.newUser().client.analysis(correlationId)).toBeNull();

    const token = () => readToken(join(kept, file));
    const before = await token();
    expect(decodeJwt(before)).toMatchObject({ sub: name, scope: 'analysis' });
    await eventually(() => Date.now() > endOf(before));
    const follow = () => run('client/cli/main.ts', '--json', '--follow', correlationId);
    const both = await Promise.all([follow(), follow()]); // they renew at once, and each token renews once
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(endOf(await token())).toBeGreaterThan(endOf(before));

    expect((await run('client/cli/login/main.ts', '--logout')).out).toContain(`Logged out ${name}`);
    expect(await readdir(kept)).toEqual([]);
  });

  test('lets a login with scope analysis.read see and refuses its photo, naming the scope', async () => {
    await logIn(story.newUser().name, '--scope', 'analysis.read');
    const { out, code } = await run('client/cli/main.ts', '--json', sample);
    expect(JSON.parse(out)).toMatchObject({
      success: false,
      failure: { code: 'FORBIDDEN', message: expect.stringContaining('without scope analysis') },
    });
    expect(code).toBe(1);
    const reader = createTrackunitClient({
      url: `${story.stack.url('graph-gateway')}/graphql`,
      token: async () => (await run('client/cli/login/main.ts', '--token')).out.trim(),
    });
    await reader.feedCursors();
  });

  test('takes a browser app from the login page to an analysis, by authorization code, PKCE and refresh', async () => {
    const issuer = new URL(story.stack.url('identity'));
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- on loopback
    const options = { [oauth.allowInsecureRequests]: true };
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, options),
    );
    const client = { client_id: 'trackunit-web' };
    const redirect = 'http://127.0.0.1:5173/callback';
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const address = new URL(server.authorization_endpoint ?? '');
    address.search = new URLSearchParams({
      ...client,
      response_type: 'code',
      scope: 'openid analysis',
      redirect_uri: redirect,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const browser = openBrowser(story.stack.url('identity'));
    const { name } = story.newUser();
    const back = await browser.logIn(await browser.open(address.href), name);
    const params = oauth.validateAuthResponse(
      server,
      client,
      new URL(back.headers.get('location') ?? ''),
      state,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        params,
        redirect,
        verifier,
        options,
      ),
    );
    expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(name);
    let { access_token: token, refresh_token = '' } = tokens;
    const page = createTrackunitClient({
      url: `${story.stack.url('graph-gateway')}/graphql`,
      async token({ renew } = { renew: false }) {
        if (!renew) return token;
        const renewed = await oauth.processRefreshTokenResponse(
          server,
          client,
          await oauth.refreshTokenGrantRequest(
            server,
            client,
            oauth.None(),
            refresh_token,
            options,
          ),
        );
        ({ access_token: token, refresh_token = '' } = renewed);
        return token;
      },
    });
    const { correlationId } = await page.upload(await samplePhoto());
    const end = endOf(token) + 6_000; // the gateway's clock tolerance is 5 s
    await eventually(() => Date.now() > end, { within: 20_000 });
    const first = token;
    expect(await page.analysis(correlationId)).toMatchObject({ correlationId });
    expect(token).not.toBe(first);
  });
});
