// Files by the bytes of their names: outside of Windows and macOS a name need not be UTF-8, and read as
// text it would name no file any more.
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';

export interface PhotoFile {
  readonly path: Buffer;
  /** The path as text; of a name that is not UTF-8, each byte that is not ASCII as `\xdf`. */
  readonly name: string;
}

export function fileAt(path: Buffer): PhotoFile {
  const text = path.toString();
  if (Buffer.from(text).equals(path)) return { path, name: text };
  const escaped = path
    .toString('latin1')
    .replaceAll(/[\u0080-\u00ff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return { path, name: escaped };
}

export const joinPath = (folder: Buffer, name: Buffer): Buffer =>
  folder.toString('latin1').endsWith(sep)
    ? Buffer.concat([folder, name])
    : Buffer.concat([folder, Buffer.from(sep), name]);

const replacement = '\ufffd';

/**
 * The files that an argument may mean: mostly one. Bytes that are not UTF-8 reach a program as
 * replacement characters, so such a name is looked up in its folder.
 */
export async function filesNamed(argument: string): Promise<Buffer[]> {
  const path = Buffer.from(argument);
  if (!argument.includes(replacement) || (await exists(path))) return [path];
  const found: Buffer[] = [];
  for (const folder of await filesNamed(dirname(argument)))
    for (const name of await namesIn(folder))
      if (name.toString() === basename(argument)) found.push(joinPath(folder, name));
  return found.length === 0 ? [path] : found;
}

const exists = (path: Buffer) =>
  lstat(path).then(
    () => true,
    () => false,
  );

const namesIn = (folder: Buffer): Promise<Buffer[]> =>
  readdir(folder, { encoding: 'buffer' }).catch(() => []);
