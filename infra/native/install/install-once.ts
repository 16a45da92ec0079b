import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../../host/lock.js';
import type { Report } from '../../host/run-tool.ts';
import { cacheFolder } from '../../stack/stack.ts';

/**
 * The folder `name` below the cache, built if it is not there. It appears in one step (rename), so
 * an interrupted installation never counts; two at once build it once.
 *
 * @param build fills the folder that it is given.
 */
export async function installOnce(
  name: string,
  report: Report,
  build: (folder: string) => Promise<void>,
  cache = cacheFolder(),
): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  await lockInstallation(folder, report, async () => {
    if (existsSync(folder)) return;
    const unfinished = `${folder}.unfinished-${randomUUID()}`;
    await mkdir(unfinished, { recursive: true });
    try {
      await build(unfinished);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
  return folder;
}

/** Runs `work` while no other run installs the same. @param path where it is installed, or as good a name. */
export const lockInstallation = (
  path: string,
  report: Report,
  work: () => Promise<void>,
): Promise<void> =>
  withLock(`${path}.lock`, () => report('being installed by another run: waiting for it'), work);
