// Whether the tree keeps its shape: small folders, and no file that only one other needs.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cloneFolder } from '../../infra/stack/stack.ts';

const filesAtMost = 12;
const linesAtLeast = 40;

const isTest = (file: string) => file.endsWith('.test.ts');
const isProduct = (file: string) => !/^(tests|tools)\//.test(file) && file.includes('/');

const files = globSync('**/*.{ts,js}', {
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

/** Short files of the product that exactly one other file imports, tests not counted. */
export function loneFiles(): string[] {
  const importers = new Map<string, string[]>();
  for (const [file, text] of code)
    for (const [, path = ''] of text.matchAll(/(?:from|import\(|new URL\()\s*'(\.[^']+)'/g)) {
      const imported = join(dirname(file), path);
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  return files.flatMap((file) => {
    const [importer, ...more] = new Set(importers.get(file));
    const lines = code.get(file)?.trimEnd().split('\n').length ?? 0;
    const alone = isProduct(file) && importer !== undefined && more.length === 0;
    if (!alone || lines >= linesAtLeast || basename(file) === 'main.ts') return [];
    return `${file} (${lines} lines, only for ${importer})`;
  });
}
