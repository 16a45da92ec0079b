import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { decodeJwt } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { ownerFrom } from '../../gateway/auth/verify-token.ts';
import { databaseUrl } from '../../infra/stack/environment.ts';
import { applyChanges } from '../../services/register/store/apply-changes.ts';
import { connectDatabase } from '../../services/register/store/database.ts';
import { choose, launchChromium, rowOf, signIn } from '../support/browser/open-page.ts';
import { ownPhoto } from '../support/browser/own-photo.ts';
import { logger } from '../support/harness/environment.ts';
import { eventually } from '../support/harness/eventually.ts';
import { beginStory, type Story, type User } from '../support/harness/users.ts';
import { failedEnd, goodEnd, newChange, newRun } from '../support/register/changes.ts';

jest.setTimeout(240_000);

const withinMs = 90_000;
const count = 10_000;
const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));

let story: Story;
let browser: Browser;
const address = (path = '/') => story.stack.url('graph-gateway') + path;
beforeAll(async () => {
  story = await beginStory();
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** As if they had been analysed: every tenth failed, every second of the others a Volvo. */
async function fillHistory(user: User): Promise<void> {
  const owner = ownerFrom(decodeJwt(await user.token({ renew: false })), ['iss', 'sub']);
  const changes = Array.from({ length: count }, (_, n) => {
    const volvo = goodEnd(at(n), { brand: 'Volvo', type: 'wheel loader', model: `L${n}` });
    const end = n % 10 === 0 ? failedEnd(at(n)) : n % 2 === 0 ? volvo : goodEnd(at(n));
    return newChange({ owner, runs: [newRun(at(n), end)] });
  });
  const db = connectDatabase(databaseUrl(story.stack.stack), logger);
  try {
    for (let first = 0; first < count; first += 500)
      await db.transaction().execute((trx) => applyChanges(trx, changes.slice(first, first + 500)));
  } finally {
    await db.destroy();
  }
}

const rows = (page: Page) => page.getByRole('list', { name: 'Your analyses' }).locator('li');

test('a history of 10,000 scrolls to its end with few rows in the document, narrows by its address, and is saved', async () => {
  const user = story.newUser();
  await fillHistory(user);
  const context = await browser.newContext({ locale: 'en-GB', acceptDownloads: true });
  const page = await signIn(context, address('/history'), user.name);
  await rows(page).nth(5).waitFor({ timeout: withinMs });

  const height = () => page.evaluate(() => document.documentElement.scrollHeight);
  for (let last = 0; last < 20 * 1_000; last = await height()) {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const former = last;
    await eventually(async () => (await height()) > former, { within: withinMs });
    expect(await rows(page).count()).toBeLessThan(60);
  }

  await page.getByLabel('Brand').fill('volvo');
  await page.getByLabel('Search').fill('L22');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL('**/history?text=L22&brand=volvo');
  await eventually(async () => (await rows(page).count()) === 1, { within: withinMs });
  expect(await rows(page).innerText()).toContain('Volvo L22');

  const link = await context.newPage();
  await link.goto(address('/history?state=FAILED'));
  await rows(link).nth(5).waitFor({ timeout: withinMs });
  expect(new Set(await rows(link).locator('.failure').allTextContents())).toEqual(
    new Set(['No result']),
  );
  await link.getByText('Download').click();
  const download = link.waitForEvent('download');
  await link.getByRole('button', { name: 'CSV', exact: true }).click();
  const saved = parse(await readFile(await (await download).path()), { columns: true, bom: true });
  expect(saved).toHaveLength(count / 10);
  await context.close();
});

test('a correction and a deletion show at once in another tab and on another device', async () => {
  const name = story.newUser().name;
  const here = await browser.newContext({ locale: 'en-GB' });
  const there = await browser.newContext({ locale: 'da-DK' });
  const page = await signIn(here, address(), name);
  await choose(page, [
    { name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg') },
    { name: 'b.jpg', bytes: await ownPhoto('volvo-ec220e.jpg') },
  ]);
  for (const file of ['a.jpg', 'b.jpg'])
    await rowOf(page, file).locator('.machine').waitFor({ timeout: withinMs });
  const tab = await here.newPage();
  await tab.goto(address('/history'));
  const device = await signIn(there, address('/history'), name);
  const others = [tab, device];
  for (const other of others) await other.getByText('Caterpillar 320D').first().waitFor();

  await rowOf(page, 'a.jpg').getByRole('link', { name: 'Details' }).click();
  await page.getByRole('button', { name: 'Wrong? Correct it' }).click();
  await page.getByRole('textbox', { name: 'Model' }).fill('330 <b>GC</b>');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByText('Recognised as Caterpillar 320D').waitFor();
  for (const other of others)
    await other.locator('.machine').getByText('Caterpillar 330 <b>GC</b>').waitFor();

  const link = page.url();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.waitForURL('**/history');
  for (const other of [...others, page])
    await eventually(
      async () =>
        (await other.locator('.rows.virtual .machine').allTextContents()).join() === 'Volvo EC220E',
      { within: withinMs },
    );
  await device.goto(link);
  await device.getByText('Der er intet sådant foto blandt dine.').waitFor();
  await here.close();
  await there.close();
});

test('a link to one of mine opens it on another device, and for others it does not exist', async () => {
  const [mine, others] = [story.newUser().name, story.newUser().name];
  const here = await browser.newContext({ locale: 'en-GB' });
  const page = await signIn(here, address(), mine);
  await choose(page, [{ name: 'a.jpg', bytes: await ownPhoto('cat-320d.jpg') }]);
  await rowOf(page, 'a.jpg').getByRole('link', { name: 'Details' }).click({ timeout: withinMs });
  const link = page.url();
  const there = await browser.newContext({ locale: 'en-GB' });
  const device = await signIn(there, link, mine);
  await device.locator('.machine').getByText('Caterpillar 320D').waitFor({ timeout: withinMs });
  expect(device.url()).toBe(link);
  const elsewhere = await browser.newContext({ locale: 'en-GB' });
  const other = await signIn(elsewhere, link, others);
  await other.getByText('There is no such photo among yours.').waitFor({ timeout: withinMs });
  for (const context of [here, there, elsewhere]) await context.close();
});
