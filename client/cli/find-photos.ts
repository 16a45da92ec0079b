import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { UsageError } from './read-arguments.ts';

const extensions = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/** By its name alone: what in a folder is taken for a photo. A file named on its own always is. */
export const looksLikePhoto = (path: string) => extensions.has(extname(path).toLowerCase());

/**
 * Files as they are, folders as all photos in and below them, sorted, each once.
 *
 * @throws {UsageError} a path that does not exist, or a folder without a photo.
 */
export async function findPhotos(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const kind = await stat(path).catch((error: unknown) => {
      throw new UsageError(`There is no photo ${path}.`, { cause: error });
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
  if (photos.length === 0) throw new UsageError(`There is no photo in ${folder}.`);
  return photos;
}
