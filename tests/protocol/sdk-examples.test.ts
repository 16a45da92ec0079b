// Every example of the SDK's folder, run as its README says, against the running stack.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
// @ts-expect-error plain JavaScript: it runs before any package, TypeScript's Node included
import { ensurePackages } from '../../infra/ensure-packages.js';
import { clientSecretOf } from '../../infra/emulators/identity/local-user.ts';
import { openChromium } from '../support/browser/chromium.ts';
import { serveFiles } from '../support/browser/serve-files.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, type Story } from '../support/harness/users.ts';
import { openBrowser } from '../support/identity/browser.ts';

jest.setTimeout(120_000);

const clone = fileURLToPath(new URL('../..', import.meta.url));
const sample = join(clone, 'client/samples/cat-320d.jpg');
const named = /Caterpillar 320D/;

let story: Story;
let env: Record<string, string>;
beforeAll(async () => {
  await execa(process.execPath, [join(clone, 'tools/build-sdk.ts')]);
  story = await beginStory();
  const { name, token } = story.newUser();
  env = {
    TRACKUNIT_URL: `${story.stack.url('graph-gateway')}/graphql`,
    TRACKUNIT_ISSUER: story.stack.url('identity'),
    TRACKUNIT_CLIENT_ID: name,
    TRACKUNIT_CLIENT_SECRET: clientSecretOf(name, story.stack.stack.secrets.IDENTITY_SECRET),
    TRACKUNIT_TOKEN: await token({ renew: false }),
  };
});

/** @throws where the machine lacks the program, naming it. */
async function run(program: string, file: string): Promise<string> {
  const { stdout } = await execa(program, [`client/sdk/examples/${file}`, sample], {
    cwd: clone,
    env,
    timeout: 100_000,
  });
  return stdout;
}

test.each([
  ['node', 'node.mjs'],
  ['node', 'graphql-sse.mjs'],
  ['bash', 'curl.sh'],
])('%s %s prints what is on the photo', async (program, file) => {
  expect(await run(program, file)).toMatch(named);
});

test('python3 device.py prints what is on the photo, once a person has let it in', async () => {
  const python = execa('python3', ['client/sdk/examples/device.py', sample], {
    ...{ cwd: clone, timeout: 100_000 },
    env: { ...env, TRACKUNIT_CLIENT_ID: 'trackunit-cli' },
  });
  python.catch(() => undefined); // awaited below
  let printed = '';
  python.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const asked = await eventually(() => {
    const [, address] = /Open (\S+) and/.exec(printed) ?? [];
    if (address === undefined) throw new Error(`no address in: ${printed}`);
    return address;
  });
  const browser = openBrowser(story.stack.url('identity'));
  await browser.logIn(await browser.enterCode(asked), story.newUser().name);
  expect((await python).stdout).toMatch(named);
});

let site: Server | undefined;
afterAll(() => {
  site?.close();
});

test('the page signs its user in and shows what is on the photo', async () => {
  const tools = join(clone, 'tests/protocol/packed-sdk');
  await (ensurePackages as (folder: string) => Promise<unknown>)(tools);
  // At /callback, an address that the local issuer knows on any port.
  const page = join(clone, 'client/sdk/examples/page');
  const own: Readonly<Record<string, string>> = {
    '/callback': join(page, 'index.html'),
    '/page.js': join(page, 'page.js'),
  };
  site = await serveFiles((path) => own[path] ?? join(clone, path));
  const origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  // The stack of the tests lets in no page of another origin, and this one has a new port each time.
  await using chromium = await openChromium(join(tools, 'node_modules'), {
    args: ['--disable-web-security'],
  });
  const tab = await chromium.newPage();
  const settings = { url: env['TRACKUNIT_URL'] ?? '', issuer: env['TRACKUNIT_ISSUER'] ?? '' };
  await tab.goto(`${origin}/callback?${new URLSearchParams(settings).toString()}`);
  await tab.click('#sign-in');
  await tab.fill('#name', `story-${crypto.randomUUID()}`);
  await tab.click('button');
  await tab.click('button[name=confirm]');
  await tab.waitForSelector('#photo:not([hidden])', { timeout: 30_000 });
  await tab.setInputFiles('#photo', sample);
  await tab.waitForSelector('text=Caterpillar 320D', { timeout: 60_000 });
});
