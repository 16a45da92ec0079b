import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cacheFolder } from '../../stack.ts';

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
  cache = cacheFolder(),
): Promise<string> {
  const folder = join(cache, name);
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
export async function oneAtATime(
  name: string,
  report: Report,
  work: () => Promise<void>,
  waiting = 'another run installs this already; waiting for it',
) {
  let held = await takeName(name);
  while (held === undefined) {
    report(waiting);
    await pause(500);
    held = await takeName(name);
  }
  try {
    await work();
  } finally {
    held.close();
  }
}

/** Undefined while another process has the name. */
function takeName(name: string): Promise<Server | undefined> {
  // A socket in Linux's abstract namespace (names of at most 107 bytes): the kernel frees it when
  // its owner dies, so there is no stale lock.
  const short = createHash('sha256').update(name).digest('hex');
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(`\0trackunit-analysis:${short}`, () => {
      resolve(server);
    });
  });
}
