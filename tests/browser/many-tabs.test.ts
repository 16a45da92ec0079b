import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser, Request } from 'playwright-core';
import { choose, launchChromium, rowOf, signIn } from '../support/browser/open-page.ts';
import { ownPhoto } from '../support/browser/own-photo.ts';
import { eventually } from '../support/harness/eventually.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import { beginStory, type Story } from '../support/harness/users.ts';
import { healthUrlOf } from '../../infra/stack/ports.ts';

jest.setTimeout(240_000);

const withinMs = 120_000;
const tokenSeconds = 40;
const eight = 8;

let story: Story;
let browser: Browser;
beforeAll(async () => {
  story = await beginStory();
  await story.stack.restart('identity', { IDENTITY_TOKEN_SECONDS: String(tokenSeconds) });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await story.stack.restart('identity');
});

const openStreams = () =>
  sumMetric(healthUrlOf(story.stack.stack, 'graph-gateway'), 'gateway_streams_open');

test('eight tabs have one stream and renew a token once, and every tab sees each result', async () => {
  const before = await openStreams();
  const context = await browser.newContext({ locale: 'en-GB' });
  let renewals = 0;
  const isRenewal = (request: Request) =>
    request.url().endsWith('/token') && (request.postData() ?? '').includes('refresh_token');
  context.on('request', (request) => (renewals += isRenewal(request) ? 1 : 0));
  const address = story.stack.url('graph-gateway');
  const first = await signIn(context, address, story.newUser().name);
  const signedIn = Date.now();
  const others = await Promise.all(
    Array.from({ length: eight - 1 }, async () => {
      const page = await context.newPage();
      await page.goto(address);
      await page.getByRole('heading', { name: 'Photos' }).waitFor();
      return page;
    }),
  );
  const tabs = [first, ...others];
  await eventually(async () => (await openStreams()) - before === 1);

  const last = tabs.at(-1) ?? first;
  await choose(last, [{ name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg') }]);
  for (const page of tabs)
    await rowOf(page, 'a.jpg').getByText('Caterpillar 320D').waitFor({ timeout: withinMs });
  expect((await openStreams()) - before).toBe(1);

  const soonOverAt = signedIn + (tokenSeconds - 20) * 1_000; // tabs renew 30 s before its end
  await eventually(() => Date.now() > soonOverAt, { within: withinMs });
  renewals = 0;
  await Promise.all(tabs.map((page) => page.reload()));
  for (const page of tabs)
    await rowOf(page, 'a.jpg').getByText('Caterpillar 320D').waitFor({ timeout: withinMs });
  expect(renewals).toBe(1);

  await first.close(); // the tab that has the stream, or not: the others go on
  await choose(last, [{ name: 'b.jpg', bytes: await ownPhoto('volvo-ec220e.jpg') }]);
  for (const page of tabs.slice(1))
    await rowOf(page, 'b.jpg').getByText('Volvo EC220E').waitFor({ timeout: withinMs });
  await eventually(async () => (await openStreams()) - before === 1);
  await context.close();
});
