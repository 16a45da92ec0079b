// The distribution's Chromium, driven by playwright-core; installed where it is missing.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { assertRoot, installDebianPackage } from '../../../infra/native/install/debian-package.ts';

const executablePath = '/usr/bin/chromium';

/** Of playwright-core, whose types a test folder installs for itself. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<Result, Arg>(run: (arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result>;
  textContent(selector: string): Promise<string | null>;
  setInputFiles(selector: string, file: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  waitForSelector(selector: string, options?: { timeout: number }): Promise<unknown>;
  waitForFunction(
    expression: string,
    arg: undefined,
    options: { timeout: number },
  ): Promise<unknown>;
  url(): string;
}
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/**
 * @param modules the node_modules that has playwright-core.
 * @throws {UserError} Chromium is missing, and this user may not install it.
 */
export async function openChromium(
  modules: string,
  { args = [] }: { args?: readonly string[] } = {},
): Promise<Browser & AsyncDisposable> {
  if (!existsSync(executablePath)) {
    await assertRoot('chromium');
    const report = (line: string) => console.error(line);
    await installDebianPackage('chromium', () => existsSync(executablePath), report);
  }
  const { chromium } = createRequire(join(modules, 'x.js'))('playwright-core') as {
    chromium: { launch(options: object): Promise<Browser> };
  };
  const quiet = ['--disable-background-networking', '--disable-component-update'];
  const own = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-sync',
  ];
  const browser = await chromium.launch({ executablePath, args: [...own, ...quiet, ...args] });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}
