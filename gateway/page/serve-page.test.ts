import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { servePage } from './serve-page.ts';

const page = '<!doctype html><title>Trackunit</title>';
const browser = { headers: { accept: 'text/html,*/*;q=0.8' } };

let folder: string;
let app: Hono;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), page);
  await writeFile(join(folder, 'assets', 'page-1.js'), 'run()');
  await writeFile(join(folder, 'service-worker.js'), 'work()');
  app = new Hono();
  servePage(app, {
    folder,
    configuration: { issuer: 'https://login.example/realm', clientId: 'web', scope: 'openid' },
    storeOrigin: 'https://store.example',
  });
});
afterEach(() => rm(folder, { recursive: true }));

test('answers every address that a person opens with the page, and asks for it each time', async () => {
  for (const path of ['/', '/history?state=FAILED', '/analyses/1', '/callback?code=1']) {
    const answer = await app.request(path, browser);
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, page]);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  }
});

test('lets scripts and styles come from here alone, and nobody frame the page', async () => {
  const { headers } = await app.request('/', browser);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).toContain("connect-src 'self' https://login.example https://store.example;");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers.get('x-frame-options')).toBe('DENY');
});

test('says that files never change, and that one which is gone is gone', async () => {
  const asset = await app.request('/assets/page-1.js');
  expect(asset.headers.get('cache-control')).toContain('immutable');
  expect(asset.headers.get('content-type')).toContain('text/javascript');
  const gone = ['/assets/page-0.js', '/assets/../index.html', '/favicon.ico', '/x.js', '/nowhere'];
  for (const path of gone) expect([path, (await app.request(path)).status]).toEqual([path, 404]);
  expect((await app.request('/assets/page-0.js', browser)).status).toBe(404);
});

test('gives the worker under its one name, asked for each time', async () => {
  const answer = await app.request('/service-worker.js');
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('says what this installation is', async () => {
  const answer = await app.request('/config.json');
  const configuration = { issuer: 'https://login.example/realm', clientId: 'web', scope: 'openid' };
  expect(await answer.json()).toEqual(configuration);
});

test('has no page where none was built', async () => {
  await rm(join(folder, 'index.html'));
  expect((await app.request('/', browser)).status).toBe(404);
});
