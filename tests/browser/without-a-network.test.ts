import { cp, mkdtemp, readdir, rm, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { servePage } from '../../gateway/page/serve-page.ts';
import { pageFolder } from '../../infra/page.ts';
import { choose, enterName, launchChromium, rowOf, signIn } from '../support/browser/open-page.ts';
import { ownPhoto } from '../support/browser/own-photo.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, type Story } from '../support/harness/users.ts';

jest.setTimeout(180_000);

let story: Story;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  story = await beginStory();
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-GB' });
});
afterEach(() => context.close());

const whenKept = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
const heading = (page: Page) => page.getByRole('heading', { name: 'Photos' });

test('the page opens without a network, shows what waits, and its worker has kept no token', async () => {
  const page = await signIn(context, story.stack.url('graph-gateway'), story.newUser().name);
  await whenKept(page);
  await context.setOffline(true);
  await choose(page, [{ name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg') }]);
  await rowOf(page, 'a.jpg').waitFor();
  await page.reload();
  await heading(page).waitFor();
  await rowOf(page, 'a.jpg').waitFor();
  const kept = await page.evaluate(async () => {
    const cache = await caches.open('trackunit-page');
    const keys = await cache.keys();
    const texts = await Promise.all(keys.map(async (key) => (await cache.match(key))?.text()));
    return { paths: keys.map(({ url }) => new URL(url).pathname), texts: texts.join() };
  });
  expect(kept.paths).toEqual(expect.arrayContaining(['/', '/config.json']));
  for (const path of kept.paths) expect(path).toMatch(/^\/(assets\/.+|config\.json)?$/);
  expect(kept.texts).not.toContain('eyJ');
  await context.setOffline(false);
  await rowOf(page, 'a.jpg').locator('.machine').waitFor({ timeout: 90_000 });
});

/** The page from a folder of its own, at an address of its own; the login page knows any port. */
async function deploy() {
  const folder = await mkdtemp(join(tmpdir(), 'deployed-'));
  await cp(pageFolder, folder, { recursive: true });
  const app = new Hono();
  const { stack } = story.stack;
  const configuration = {
    issuer: story.stack.url('identity'),
    clientId: 'trackunit-web',
    scope: 'openid analysis',
  };
  servePage(app, {
    folder,
    configuration,
    storeOrigin: `http://127.0.0.1:${stack.ports.versitygw}`,
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  const port = await new Promise<number>((resolve) =>
    server.on('listening', () => {
      const found = server.address();
      resolve(typeof found === 'object' && found !== null ? found.port : 0);
    }),
  );
  return {
    address: `http://127.0.0.1:${port}/`,
    /** Another version: every file has another name, and the former ones are gone. */
    async next(version: string) {
      const assets = join(folder, 'assets');
      const names = (await readdir(assets)).filter((name) => !/\.(br|gz)$/.test(name));
      for (const packed of (await readdir(assets)).filter((name) => /\.(br|gz)$/.test(name)))
        await rm(join(assets, packed));
      for (const name of names) {
        const other = name.replace(/^page-/, `page-${version}`);
        await cp(join(assets, name), join(assets, other));
        await rm(join(assets, name));
        for (const file of ['index.html', 'service-worker.js']) {
          const text = await readFile(join(folder, file), 'utf8');
          await writeFile(join(folder, file), text.replaceAll(name, other));
        }
      }
    },
    async stop() {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

test('two deployments under an open page leave it whole, and the next navigation gets the newest', async () => {
  const deployed = await deploy();
  try {
    const page = await context.newPage();
    await page.goto(deployed.address);
    await enterName(page, story.newUser().name);
    await whenKept(page);
    await choose(page, [{ name: 'waits.jpg', bytes: await ownPhoto('cat-320d.jpg') }]);
    await rowOf(page, 'waits.jpg').waitFor(); // nothing answers GraphQL there: it stays in the queue
    const script = () => page.locator('script[type=module]').getAttribute('src');
    for (const version of ['two-', 'three-']) {
      await deployed.next(version);
      await page.getByRole('link', { name: 'History' }).click(); // the open page goes on
      await page.getByRole('heading', { name: 'History' }).waitFor();
      await page.getByRole('link', { name: 'Photos' }).click();
      await rowOf(page, 'waits.jpg').waitFor();
      await page.reload();
      await rowOf(page, 'waits.jpg').waitFor();
      expect(await script()).toContain(version);
    }
    await context.setOffline(true);
    await eventually(async () => {
      await page.reload();
      await heading(page).waitFor({ timeout: 5_000 });
      return (await script())?.includes('three-') === true;
    });
  } finally {
    await deployed.stop();
  }
});
