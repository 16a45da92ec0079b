import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cacheFolder } from '../stack.ts';

/** Says how far an installation is; each call replaces the line before. */
export type Report = (line: string) => void;

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
): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  await oneAtATime(folder, report, async () => {
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

/** Runs `work` while no other process of this machine does so under the same name. */
export async function oneAtATime(name: string, report: Report, work: () => Promise<void>) {
  // A socket in Linux's abstract namespace: the kernel frees it when its owner dies.
  const socket = `\0trackunit-analysis:${name}`;
  const holder = createServer();
  for (;;) {
    const taken = await new Promise<boolean>((resolve, reject) => {
      holder.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(true);
        else reject(error);
      });
      holder.listen(socket, () => {
        resolve(false);
      });
    });
    holder.removeAllListeners('error');
    if (!taken) break;
    report('another run installs this already; waiting for it');
    await pause(500);
  }
  try {
    await work();
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
}
