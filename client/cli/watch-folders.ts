import { stat } from 'node:fs/promises';
import { watch } from 'chokidar';
import { looksLikePhoto } from './find-photos.ts';
import { UsageError } from './read-arguments.ts';

/**
 * Tells every photo that appears in or below the folders, once it is written to its end, until
 * aborted. What is there already is not told.
 *
 * @throws {UsageError} a folder that does not exist.
 */
export async function watchFolders(
  folders: readonly string[],
  on: { onWatching: () => void; onPhoto: (photo: string) => void; until: AbortSignal },
): Promise<void> {
  for (const folder of folders) {
    const kind = await stat(folder).catch(() => undefined);
    if (!kind?.isDirectory()) throw new UsageError(`There is no folder ${folder}.`);
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
