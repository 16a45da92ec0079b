// A disk that is small enough to be filled, for stores that run out of it. Needs root and Linux.
import { execFile } from 'node:child_process';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const mayMount = process.getuid?.() === 0 && process.platform === 'linux';

/** Lays a disk over the folder. What lies in it stays below, out of sight, until {@link unmount}. */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', folder]);
}

export const unmount = (folder: string) => run('umount', [folder]);

/** Takes every byte that is left. */
export async function fillDisk(folder: string): Promise<void> {
  const handle = await open(join(folder, filler), 'w');
  try {
    for (;;) await handle.write(Buffer.alloc(4 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await handle.close();
  }
}

export const freeDisk = (folder: string) => rm(join(folder, filler));

/** The same folder on a small disk, with all that lay in it. Nobody may use it meanwhile. */
export async function moveToSmallDisk(folder: string, spareMegabytes: number): Promise<void> {
  const { stdout } = await run('du', ['-sm', folder]);
  const aside = await mkdtemp(join(tmpdir(), 'aside-'));
  await copyAll(folder, aside);
  await mountSmallDisk(folder, Number.parseInt(stdout) + spareMegabytes);
  await copyAll(aside, folder);
  await rm(aside, { recursive: true });
}

export async function moveToItsOwnDisk(folder: string): Promise<void> {
  const aside = await mkdtemp(join(tmpdir(), 'aside-'));
  await copyAll(folder, aside);
  await unmount(folder);
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  await copyAll(aside, folder);
  await rm(aside, { recursive: true });
}

/** With extended attributes, in which VersityGW keeps what it knows of an object. */
const copyAll = (from: string, to: string) => run('cp', ['--archive', `${from}/.`, to]);

const filler = 'filler';
