import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { installOnce } from './install-once.ts';

const quiet = () => undefined;
let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'cache with blanks '));
});

test('leaves nothing of an installation that failed half-way', async () => {
  const half = installOnce(
    'server-1',
    quiet,
    async (folder) => {
      await writeFile(join(folder, 'half'), '');
      throw new Error('the network went away');
    },
    cache,
  );
  await expect(half).rejects.toThrow('the network went away');
  expect(readdirSync(cache)).toEqual([]);
  const folder = await installOnce(
    'server-1',
    quiet,
    (to) => writeFile(join(to, 'whole'), ''),
    cache,
  );
  expect(readdirSync(folder)).toEqual(['whole']);
});

test('builds once for two runs at once, and both get the whole', async () => {
  let builds = 0;
  const install = () =>
    installOnce(
      'server-2',
      quiet,
      async (folder) => {
        builds += 1;
        await pause(200);
        await writeFile(join(folder, 'whole'), '');
      },
      cache,
    );
  const folders = await Promise.all([install(), install()]);
  expect(builds).toBe(1);
  for (const folder of folders) expect(existsSync(join(folder, 'whole'))).toBe(true);
});

test('does not build again what is there', async () => {
  await installOnce('server-3', quiet, (folder) => writeFile(join(folder, 'whole'), ''), cache);
  await installOnce('server-3', quiet, () => Promise.reject(new Error('built twice')), cache);
});
