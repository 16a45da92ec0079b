// The page as a person has it: Debian's Chromium on the running stack.
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { assertRoot, installDebianPackage } from '../../../infra/native/install/debian-package.ts';

const executablePath = '/usr/bin/chromium';
const args = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/** @throws {UserError} Chromium is missing, and this user may not install it. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    await assertRoot('chromium');
    const report = (line: string) => console.error(line);
    await installDebianPackage('chromium', () => existsSync(executablePath), report);
  }
  return chromium.launch({ executablePath, args });
}

/** What went wrong in a page, for the test's message: errors, and what the policy has refused. */
export function faultsOf(context: BrowserContext): string[] {
  const faults: string[] = [];
  context.on('weberror', (error) => faults.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|violates/.test(message.text())) faults.push(message.text());
  });
  return faults;
}

/** Opens the page, and signs in by the login page of the local identity. */
export async function signIn(
  context: BrowserContext,
  address: string,
  name: string,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await enterName(page, name);
  return page;
}

export async function enterName(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^(Sign in|Log ind)$/ }).click();
  await page.locator('input[name=name]').fill(name);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

interface ChosenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** As the button for photos does it. */
export const choose = (page: Page, files: readonly ChosenFile[]): Promise<void> =>
  page
    .locator('input[type=file]:not([capture]):not([webkitdirectory])')
    .setInputFiles(
      files.map(({ name, bytes }) => ({ name, mimeType: '', buffer: Buffer.from(bytes) })),
    );

export const rowOf = (page: Page, name: string) =>
  page
    .locator('li.row')
    .filter({ has: page.locator('.file-name').getByText(name, { exact: true }) });
