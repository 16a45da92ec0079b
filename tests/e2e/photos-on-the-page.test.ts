import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { choose, faultsOf, launchChromium, rowOf, signIn } from '../support/browser/open-page.ts';
import { ownPhoto } from '../support/browser/own-photo.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, type Story } from '../support/harness/users.ts';

jest.setTimeout(180_000);

const withinMs = 90_000;

let story: Story;
let browser: Browser;
beforeAll(async () => {
  story = await beginStory();
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function open(options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const faults = faultsOf(context);
  const page = await signIn(context, story.stack.url('graph-gateway'), story.newUser().name);
  return { context, page, faults };
}

const whenShown = (page: Page, name: string, text: string | RegExp) =>
  rowOf(page, name).getByText(text).waitFor({ timeout: withinMs });

const storedTokens = (context: BrowserContext) =>
  context
    .storageState({ indexedDB: true })
    .then(({ origins }) =>
      origins.flatMap(({ localStorage }) =>
        localStorage.flatMap(({ name, value }) => (value.includes('eyJ') ? [name] : [])),
      ),
    );

test('a person signs in, gives five photos at once, and sees three results and two remedies', async () => {
  const { page, faults, context } = await open();
  const asText = '<img src=x onerror="document.title=1">.jpg';
  await choose(page, [
    { name: asText, bytes: await ownPhoto('cat-320d.jpg') },
    { name: 'volvo.jpg', bytes: await ownPhoto('volvo-ec220e.jpg') },
    { name: 'takeuchi.jpg', bytes: await ownPhoto('unbranded-tb235.jpg') },
    { name: 'large.jpg', bytes: Buffer.concat([await ownPhoto(), Buffer.alloc(21 * 1024 ** 2)]) },
    { name: 'text.jpg', bytes: Buffer.from('no photo at all') },
  ]);
  await whenShown(page, 'large.jpg', 'larger than 20 MB');
  await whenShown(page, 'text.jpg', 'not a JPEG, PNG');
  await whenShown(page, asText, 'Caterpillar 320D');
  await whenShown(page, 'volvo.jpg', 'Volvo EC220E');
  await whenShown(page, 'takeuchi.jpg', 'Not sure');
  expect(await page.title()).toBe('Trackunit');
  await rowOf(page, 'volvo.jpg').getByRole('link', { name: 'Details' }).click();
  await page.getByRole('heading', { name: 'Why' }).waitFor();
  await eventually(() =>
    page
      .getByRole('img', { name: 'Photo of the machine' })
      .evaluate((image: HTMLImageElement) => image.naturalWidth > 0),
  );
  const keys = await storedTokens(context);
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatch(/^oidc\.user:/);
  expect(page.url()).not.toContain('eyJ');
  expect(faults).toEqual([]);
  await context.close();
});

test('the keyboard alone is enough, and the same photo twice is said to be a duplicate', async () => {
  const { page, faults, context } = await open();
  const bytes = await ownPhoto('cat-320d.jpg');
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // skips to the content
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  while ((await focused()) !== 'Choose photos') await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await (
    await chooser
  ).setFiles(
    ['first.jpg', 'again.jpg'].map((name) => ({ name, mimeType: '', buffer: Buffer.from(bytes) })),
  );
  await whenShown(page, 'again.jpg', 'The same photo as first.jpg');
  await whenShown(page, 'first.jpg', 'Caterpillar 320D');
  await whenShown(page, 'again.jpg', 'Caterpillar 320D');
  expect(await page.getByRole('status').allTextContents()).toContain('Caterpillar 320D: Sure');
  expect(faults).toEqual([]);
  await context.close();
});

test('a phone of 360 pixels has the camera first, and nothing is wider than its screen', async () => {
  const { page, context } = await open({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  const camera = page.locator('input[capture=environment]');
  await page.getByRole('button', { name: 'Take a photo' }).waitFor();
  await camera.setInputFiles({
    name: 'image.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.from(await ownPhoto('komatsu-pc210lc-11.jpg')),
  });
  await whenShown(page, 'image.jpg', 'Komatsu PC210LC-11');
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBeLessThanOrEqual(360);
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('list').getByText('Komatsu PC210LC-11').waitFor();
  expect(await width()).toBeLessThanOrEqual(360);
  await context.close();
});
