import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { cloneFolder } from './stack/stack.ts';

jest.setTimeout(180_000);
const buildMs = 120_000;

let folder: string;
let page: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'built-'));
  page = join(folder, 'web');
  expect(await build()).toBe(`built ${page}`);
}, buildMs);
afterAll(() => rm(folder, { recursive: true }));

/** In a process of its own: Vite's bundler refuses what comes from Jest's. */
async function build(): Promise<string> {
  const run = await execa(process.execPath, ['infra/page.ts', page], { cwd: cloneFolder });
  return run.stdout;
}

const readIndex = () => readFile(join(page, 'index.html'), 'utf8');

test('the first view loads at most 150 kB of JavaScript, compressed', async () => {
  const scripts = [...(await readIndex()).matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)];
  expect(scripts.length).toBeGreaterThan(0);
  const sizes = scripts.map(([, path = '']) => stat(`${join(page, path)}.br`));
  const bytes = (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThanOrEqual(150_000);
});

test('the page has nothing inline and nothing from elsewhere', async () => {
  expect(await readIndex()).not.toMatch(/https?:|<style|<script>| style=| on\w+=/);
});

test('its worker is one plain script that names every file of the page', async () => {
  const worker = await readFile(join(page, 'service-worker.js'), 'utf8');
  expect(worker).not.toMatch(/^\s*(import|export)\b/m);
  const files = (await readdir(join(page, 'assets'))).filter((name) => !/\.(br|gz)$/.test(name));
  for (const name of files) expect(worker).toContain(`/assets/${name}`);
});

test('a second build finds nothing to do', async () => {
  expect(await build()).toBe(`${page} fits its sources`);
});
