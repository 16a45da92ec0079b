import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { watch } from 'chokidar';
import { UsageError } from './read-arguments.ts';

const extensions = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/** Which files of a folder are photos, by their names alone; a file that is named itself always is. */
const looksLikePhoto = (path: string) => extensions.has(extname(path).toLowerCase());

/**
 * Files as they are, folders as all photos in and below them, sorted, each once.
 *
 * @throws {UsageError} a path that does not exist, or a folder without a photo.
 */
export async function findPhotos(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const kind = await stat(path).catch((error: unknown) => {
      throw new UsageError(`${path} does not exist: name a photo or a folder.`, { cause: error });
    });
    if (!kind.isDirectory()) found.add(path);
    else for (const photo of await photosBelow(path)) found.add(photo);
  }
  return [...found];
}

async function photosBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const photos = entries
    .filter((entry) => entry.isFile() && looksLikePhoto(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (photos.length === 0)
    throw new UsageError(`${folder} holds no photo: expected ${[...extensions].join(', ')}.`);
  return photos;
}

/**
 * Calls `onPhoto` for every photo that appears in or below the folders, once it is written to its
 * end, until aborted. Photos that are there already are left out.
 *
 * @throws {UsageError} a folder that does not exist.
 */
export async function watchFolders(
  folders: readonly string[],
  on: { onWatching: () => void; onPhoto: (photo: string) => void; until: AbortSignal },
): Promise<void> {
  for (const folder of folders) {
    const kind = await stat(folder).catch(() => undefined);
    if (!kind?.isDirectory())
      throw new UsageError(`invalid --watch '${folder}': expected a folder that exists.`);
  }
  const watcher = watch([...folders], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 300, pollInterval: 50 },
  });
  watcher.on('add', (path) => {
    if (looksLikePhoto(path)) on.onPhoto(path);
  });
  watcher.once('ready', on.onWatching);
  try {
    await new Promise<void>((resolve, reject) => {
      watcher.once('error', reject);
      if (on.until.aborted) resolve();
      on.until.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await watcher.close();
  }
}
