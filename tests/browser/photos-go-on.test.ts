// Whatever happens on the way, a photo ends in one result, by one call of Vision.
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { choose, enterName, launchChromium, rowOf, signIn } from '../support/browser/open-page.ts';
import { ownPhoto } from '../support/browser/own-photo.ts';
import { eventually } from '../support/harness/eventually.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import { beginStory, type Story } from '../support/harness/users.ts';

jest.setTimeout(240_000);

const withinMs = 120_000;
const slowBytes = 3_000_000;

let story: Story;
let browser: Browser;
let context: BrowserContext;
let callsBefore: number;
const address = () => story.stack.url('graph-gateway');
const visionCalls = () => sumMetric(story.stack.url('svc-ai-vision-adapter'), 'vision_calls_total');

beforeAll(async () => {
  story = await beginStory();
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-GB' });
  callsBefore = await visionCalls();
});
afterEach(() => context.close());

/** A mobile network: three megabytes take several seconds. @returns what takes it away, or brings it back. */
async function slowDown(page: Page): Promise<(offline: boolean) => Promise<void>> {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const setOffline = async (offline: boolean) => {
    await session.send('Network.emulateNetworkConditions', {
      ...{ offline, latency: 20, downloadThroughput: -1, uploadThroughput: 400_000 },
    });
  };
  await setOffline(false);
  return setOffline;
}

/** The PUTs of a context that have begun, and those whose answer came. */
function countPuts(of: BrowserContext) {
  const puts = { begun: 0, answered: 0 };
  const isPut = (request: Request) => request.method() === 'PUT';
  of.on('request', (request) => (puts.begun += isPut(request) ? 1 : 0));
  of.on('requestfinished', (request) => (puts.answered += isPut(request) ? 1 : 0));
  return puts;
}

const whenSending = (page: Page, name: string) =>
  rowOf(page, name)
    .getByText(/^Sending/)
    .waitFor({ timeout: withinMs });

async function whenRecognised(page: Page, name: string): Promise<void> {
  await rowOf(page, name).locator('.machine').getByText('Caterpillar 320D').waitFor({
    timeout: withinMs,
  });
}

async function expectOneCall(): Promise<void> {
  expect((await visionCalls()) - callsBefore).toBe(1);
}

const analysesIn = (page: Page) => page.getByRole('list', { name: 'Your analyses' }).locator('li');

async function expectOneAnalysis(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'History' }).click();
  await eventually(async () => (await analysesIn(page).count()) === 1);
  await expectOneCall();
}

test('a reload in the middle of an upload goes on with the same upload', async () => {
  const page = await signIn(context, address(), story.newUser().name);
  const puts = countPuts(context);
  await slowDown(page);
  await choose(page, [{ name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg', slowBytes) }]);
  await whenSending(page, 'a.jpg');
  await page.reload();
  await whenRecognised(page, 'a.jpg');
  expect(puts).toEqual({ begun: 2, answered: 1 });
  await page.reload(); // and a finished one is not sent again
  await whenRecognised(page, 'a.jpg');
  expect(puts.begun).toBe(2);
  await expectOneAnalysis(page);
});

test('a lost network is said, and the photo goes on when it is back', async () => {
  const page = await signIn(context, address(), story.newUser().name);
  const setOffline = await slowDown(page);
  await choose(page, [{ name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg', slowBytes) }]);
  await whenSending(page, 'a.jpg');
  await setOffline(true);
  await page.getByText('No connection to the service').waitFor({ timeout: withinMs });
  await choose(page, [{ name: 'later.jpg', bytes: Buffer.from('no photo') }]);
  await rowOf(page, 'later.jpg').getByText('Not sent').waitFor();
  await setOffline(false);
  await whenRecognised(page, 'a.jpg');
  expect(await page.getByText('No connection to the service').count()).toBe(0);
  await expectOneAnalysis(page);
});

test('a tab that was closed in the middle is taken over by the next one', async () => {
  const name = story.newUser().name;
  const first = await signIn(context, address(), name);
  await slowDown(first);
  await choose(first, [{ name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg', slowBytes) }]);
  await whenSending(first, 'a.jpg');
  await first.close();
  const second = await context.newPage();
  await second.goto(address());
  await whenRecognised(second, 'a.jpg');
  await expectOneAnalysis(second);
});

test('a gateway that is killed in the middle costs no photo', async () => {
  const page = await signIn(context, address(), story.newUser().name);
  await slowDown(page);
  await choose(page, [{ name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg', slowBytes) }]);
  await whenSending(page, 'a.jpg');
  await story.stack.kill('graph-gateway');
  await story.stack.ready('graph-gateway');
  await whenRecognised(page, 'a.jpg');
  await expectOneAnalysis(page);
});

test('photos that wait never go up as somebody else', async () => {
  const [anna, bo] = [story.newUser().name, story.newUser().name];
  const page = await signIn(context, address(), anna);
  await slowDown(page);
  await choose(page, [{ name: 'annas.jpg', bytes: await ownPhoto('cat-320d.jpg', slowBytes) }]);
  await whenSending(page, 'annas.jpg');
  await page.getByRole('button', { name: /^Sign out/ }).click();
  await page.getByRole('dialog').getByText('only sent as').waitFor();
  await page.getByRole('button', { name: /^Keep them/ }).click();
  await enterName(page, bo);
  await page.getByText('No photos yet.').waitFor();
  const puts = countPuts(context);
  const photo = await ownPhoto('volvo-ec220e.jpg');
  await choose(page, [{ name: 'bos.jpg', bytes: photo }]);
  await rowOf(page, 'bos.jpg').locator('.machine').waitFor({ timeout: withinMs });
  expect(puts.begun).toBe(1);
  await page.getByRole('button', { name: /^Sign out/ }).click();
  await enterName(page, anna);
  await whenRecognised(page, 'annas.jpg');
  expect(await rowOf(page, 'bos.jpg').count()).toBe(0);
  expect((await visionCalls()) - callsBefore).toBe(2);
});
