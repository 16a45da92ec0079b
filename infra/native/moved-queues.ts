// RabbitMQ's queues remember the absolute path of their data. In a clone that was moved, renamed or
// copied they would look where it was, and every stream would stay down.
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** `data_dir => "/a/path"`: Erlang breaks a long text into several, and writes most alphabets as numbers. */
const remembered = /\b((?:wal_)?data_dir\s*=>\s*)((?:"(?:[^"\\]|\\.)*"\s*)+|\[[\d,\s]+\])/g;

/** Before a start: the queues below `base` remember the folder in which their data lies now. */
export async function rememberDataFolder(base: string): Promise<void> {
  // <node>/<system>/<node>/<queue>/config, a term of Erlang.
  for await (const name of glob('*/{coordination,quorum}/*/*/config', { cwd: base })) {
    const file = join(base, name);
    const folder = dirname(dirname(file));
    const before = await readFile(file, 'utf8');
    const after = before.replace(remembered, (all, key: string, value: string) =>
      textOf(value) === folder ? all : `${key}${numbersOf(folder)}`,
    );
    if (after !== before) await writeFileAtomic(file, after);
  }
}

function textOf(value: string): string {
  if (value.startsWith('['))
    return String.fromCodePoint(...value.slice(1, -1).split(',').map(Number));
  const pieces = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => piece);
  return pieces.join('').replaceAll(/\\(.)/g, '$1');
}

/** Text of any alphabet, without a rule for escapes. */
const numbersOf = (text: string) =>
  `[${Array.from(text, (letter) => String(letter.codePointAt(0))).join(',')}]`;
