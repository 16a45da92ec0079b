// What of a folder is a photo. Links are followed, each folder is looked through once, and what is not
// taken is returned beside the photos, with the reason.
import type { Dirent, Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, matchesGlob, relative } from 'node:path';
import { photoKindNames } from '../../../contracts/photos.ts';
import { photoTypeOf } from '../../sdk/index.ts';
import type { FolderRules } from '../command-line/read-arguments.ts';
import { describeFileError, fileErrorOf } from './file-error.ts';
import {
  isHousekeeping,
  judgeContent,
  judgeName,
  summarizeLeftOut,
  type LeftOut,
  type Reason,
} from './left-out.ts';
import { fileAt, filesNamed, joinPath, type PhotoFile } from './photo-file.ts';
import { UsageError } from '../command-line/usage-error.ts';

export interface Found {
  readonly photos: readonly PhotoFile[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Files as they are, folders as all photos in and below them, sorted, each once.
 *
 * @throws {UsageError} a path that does not exist, or a folder without a photo.
 */
export async function findPhotos(paths: readonly string[], rules: FolderRules): Promise<Found> {
  const photos = new Map<string, PhotoFile>();
  const leftOut: LeftOut[] = [];
  for (const argument of paths)
    for (const path of await filesNamed(argument)) {
      const file = fileAt(path);
      const isFolder = (await statOf(path, argument)).isDirectory();
      const found = isFolder ? await photosBelow(file, rules) : oneFile(file, rules);
      for (const photo of found.photos) photos.set(photo.path.toString('latin1'), photo);
      leftOut.push(...found.leftOut);
    }
  return { photos: [...photos.values()], leftOut };
}

async function statOf(path: Buffer, argument: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    const { why } = describeFileError(error);
    throw new UsageError(`invalid path '${argument}' (${why}): expected a photo or a folder.`, {
      cause: error,
    });
  }
}

/** A file that is named itself is a photo, whatever its name; only --ignore counts. */
const oneFile = (file: PhotoFile, rules: FolderRules): Found =>
  isIgnored(basename(file.name), rules) || isIgnored(file.name, rules)
    ? { photos: [], leftOut: [{ file, why: 'ignored' }] }
    : { photos: [file], leftOut: [] };

async function photosBelow(folder: PhotoFile, rules: FolderRules): Promise<Found> {
  const { candidates, leftOut } = await lookThrough(folder.path, rules);
  const photos: PhotoFile[] = [];
  for (const candidate of candidates) {
    const verdict = await judge(candidate);
    if (verdict === 'photo') photos.push(candidate.file);
    else leftOut.push({ file: candidate.file, why: verdict });
  }
  if (photos.length > 0) return { photos: photos.sort((a, b) => a.path.compare(b.path)), leftOut };
  const lines = [
    `${folder.name} holds no photo: expected ${photoKindNames}.`,
    ...summarizeLeftOut(leftOut),
  ];
  throw new UsageError(lines.join('\n'));
}

/** A file that may be a photo; `sure` by its name. */
export interface Candidate {
  readonly file: PhotoFile;
  readonly sure: boolean;
  /** The same by whatever link it is reached. */
  readonly key: string;
}

/** Reads the first bytes of a file whose name does not say what it is. */
export async function judge({
  file,
  sure,
}: Pick<Candidate, 'file' | 'sure'>): Promise<'photo' | Reason> {
  if (sure) return 'photo';
  try {
    await using handle = await open(file.path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    const isPhoto = photoTypeOf(buffer.subarray(0, bytesRead)) !== undefined;
    return judgeContent(basename(file.name), isPhoto);
  } catch (error) {
    return fileErrorOf(error);
  }
}

/** Everything in a folder and below it, by names alone: no file is opened. */
export async function lookThrough(
  root: Buffer,
  rules: FolderRules,
): Promise<{ candidates: Candidate[]; leftOut: LeftOut[] }> {
  const candidates: Candidate[] = [];
  const leftOut: LeftOut[] = [];
  const entered = new Set<string>();
  const rootName = fileAt(root).name;

  async function enter(folder: Buffer): Promise<Reason | undefined> {
    try {
      const target = (await realpath(folder, { encoding: 'buffer' })).toString('latin1');
      if (entered.has(target)) return 'knownFolder';
      entered.add(target);
      const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
      const linksLast = entries.sort(
        (a, b) => Number(a.isSymbolicLink()) - Number(b.isSymbolicLink()) || a.name.compare(b.name),
      );
      for (const entry of linksLast) {
        const path = joinPath(folder, entry.name);
        const why = await take(path, entry, target);
        if (why !== undefined) leftOut.push({ file: fileAt(path), why });
      }
      return undefined;
    } catch (error) {
      return fileErrorOf(error);
    }
  }

  async function take(
    path: Buffer,
    entry: Dirent<Buffer>,
    folder: string,
  ): Promise<Reason | undefined> {
    const { name } = fileAt(entry.name);
    if (isHousekeeping(name)) return 'housekeeping';
    const file = fileAt(path);
    if (isIgnored(name, rules) || isIgnored(relative(rootName, file.name), rules)) return 'ignored';
    const kind = entry.isSymbolicLink() ? await stat(path).catch(fileErrorOf) : entry;
    if (typeof kind === 'string') return kind === 'missing' ? 'brokenLink' : kind;
    if (kind.isDirectory()) return rules.recursive ? enter(path) : 'notEntered';
    if (!kind.isFile()) return 'noFile';
    const verdict = judgeName(name);
    if (verdict !== 'photo' && verdict !== 'unsure') return verdict;
    candidates.push({ file, sure: verdict === 'photo', key: `${folder}/${name}` });
    return undefined;
  }

  const why = await enter(root);
  if (why !== undefined) leftOut.push({ file: fileAt(root), why });
  return { candidates, leftOut };
}

const isIgnored = (path: string, { ignore }: FolderRules): boolean =>
  ignore.some((pattern) => matchesGlob(path, pattern.replace(/\/$/, '')));
