// Whether the tree keeps its shape: small folders that import one way, no file that only one other needs.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cloneFolder } from '../../infra/stack/stack.ts';

const filesAtMost = 12;
const linesAtLeast = 40;

/** A component a file is where readers of React look for it. */
const isView = (file: string) => file.endsWith('.tsx');
const isTest = (file: string) => file.endsWith('.test.ts');
const isProduct = (file: string) => !/^(tests|tools)\//.test(file) && file.includes('/');

const files = globSync('**/*.{ts,tsx,js}', {
  cwd: cloneFolder,
  exclude: ['**/node_modules', '.data', 'dist', 'coverage'],
})
  .filter((file) => !isTest(file) && !file.endsWith('.d.ts'))
  .sort();
const code = new Map(files.map((file) => [file, readFileSync(join(cloneFolder, file), 'utf8')]));

/** Folders with too many files of code beside their tests. */
export function crowdedFolders(): string[] {
  const sizes = Map.groupBy(files, dirname);
  return [...sizes].flatMap(([folder, { length }]) =>
    folder !== '.' && length > filesAtMost ? `${folder} (${length} files)` : [],
  );
}

/** What each file imports of ours. */
const imports = new Map(
  [...code].map(([file, text]) => [
    file,
    [...text.matchAll(/(?:from|import\(|new URL\()\s*'(\.[^']+)'/g)]
      .map(([, path = '']) => join(dirname(file), path))
      .filter((path) => code.has(path)),
  ]),
);

/** Folders that import each other, directly or around a corner; tests and their support not counted. */
export function foldersBothWays(): string[] {
  const left = new Map<string, Set<string>>();
  for (const [file, imported] of imports) {
    if (file.startsWith('tests/')) continue;
    const others = left.get(dirname(file)) ?? new Set();
    for (const path of imported) if (dirname(path) !== dirname(file)) others.add(dirname(path));
    left.set(dirname(file), others);
  }
  // A folder that imports none of those left is in no circle.
  for (let size = Infinity; left.size < size;) {
    size = left.size;
    for (const [folder, others] of left)
      if (![...others].some((other) => left.has(other))) left.delete(folder);
  }
  return [...left.keys()];
}

/** Short files of the product that exactly one other file imports, tests not counted. */
export function loneFiles(): string[] {
  const importers = new Map<string, string[]>();
  for (const [file, imported] of imports)
    for (const path of imported) importers.set(path, [...(importers.get(path) ?? []), file]);
  return files.flatMap((file) => {
    const [importer, ...more] = new Set(importers.get(file));
    const lines = code.get(file)?.trimEnd().split('\n').length ?? 0;
    const alone = isProduct(file) && !isView(file) && importer !== undefined && more.length === 0;
    if (!alone || lines >= linesAtLeast || basename(file) === 'main.ts') return [];
    return `${file} (${lines} lines, only for ${importer})`;
  });
}
