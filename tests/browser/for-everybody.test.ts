// Every view in both languages, light and dark: no violation that axe finds. Screenshots for the documents.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { choose, launchChromium, rowOf, signIn } from '../support/browser/open-page.ts';
import { ownPhoto } from '../support/browser/own-photo.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, type Story } from '../support/harness/users.ts';

jest.setTimeout(240_000);

const withinMs = 90_000;
const screenshots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

let story: Story;
let browser: Browser;
beforeAll(async () => {
  story = await beginStory();
  browser = await launchChromium();
  await mkdir(screenshots, { recursive: true });
});
afterAll(() => browser.close());

const words = {
  en: { history: 'History', details: 'Details', correct: 'Wrong? Correct it', remove: 'Delete' },
  da: { history: 'Historik', details: 'Detaljer', correct: 'Forkert? Ret det', remove: 'Slet' },
};

async function expectAccessible(page: Page, view: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  expect([view, found]).toEqual([view, []]);
}

describe.each(['en', 'da'] as const)('in %s', (language) => {
  test.each(['light', 'dark'] as const)('every view in %s passes axe', async (colorScheme) => {
    const context = await browser.newContext({
      ...{ locale: language === 'en' ? 'en-GB' : 'da-DK', colorScheme, reducedMotion: 'reduce' },
      viewport: { width: 960, height: 720 },
    });
    const shoot = (page: Page, view: string) =>
      page.screenshot({ path: join(screenshots, `${view}-${language}-${colorScheme}.png`) });
    const { history, details, correct, remove } = words[language];

    const start = await context.newPage();
    await start.goto(story.stack.url('graph-gateway'));
    await start.getByRole('heading', { level: 1 }).waitFor();
    await expectAccessible(start, 'sign-in');
    await start.close();

    const page = await signIn(context, story.stack.url('graph-gateway'), story.newUser().name);
    await expectAccessible(page, 'no photos');
    await choose(page, [
      { name: 'site-1.jpg', bytes: await ownPhoto('cat-320d.jpg') },
      { name: 'site-2.jpg', bytes: await ownPhoto('unbranded-tb235.jpg') },
      { name: 'notes.jpg', bytes: Buffer.from('no photo') },
    ]);
    for (const name of ['site-1.jpg', 'site-2.jpg'])
      await rowOf(page, name).locator('.machine').waitFor({ timeout: withinMs });
    await expectAccessible(page, 'photos');
    await shoot(page, 'photos');

    await rowOf(page, 'site-1.jpg').getByRole('link', { name: details }).click();
    await page.locator('meter').first().waitFor();
    await eventually(() =>
      page.locator('.photo img').evaluate((image: HTMLImageElement) => image.naturalWidth > 0),
    );
    await expectAccessible(page, 'result');
    await shoot(page, 'result');
    await page.getByRole('button', { name: correct }).click();
    await expectAccessible(page, 'correction');
    await page.getByRole('button', { name: remove }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'deletion');
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: history, exact: true }).click();
    await page.locator('.rows.virtual li').nth(1).waitFor();
    await expectAccessible(page, 'history');
    await shoot(page, 'history');
    await page.goto(`${story.stack.url('graph-gateway')}/analyses/unknown`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectAccessible(page, 'unknown analysis');
    await context.close();
  });
});
