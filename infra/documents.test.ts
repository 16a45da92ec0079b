// What the documents say of folders, files and commands, held against the clone.
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cloneFolder } from './stack/stack.ts';

const at = (path: string) => join(cloneFolder, path);
const read = (path: string) => readFileSync(at(path), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'tests/README.md',
  ...globSync('docs/**/*.md', { cwd: cloneFolder }),
];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

describe.each(documents)('%s', (name) => {
  const text = read(name);

  test('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '');
    const missing = links.filter((link) => !existsSync(join(dirname(at(name)), link)));
    expect(missing).toEqual([]);
  });

  test('names files and folders of ours that are there', () => {
    const folders =
      'client|gateway|services|workers|workflows|activities|contracts|platform|infra|operations|tools|tests|docs';
    const paths = [...text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, 'g'))];
    const missing = paths.map(([, path]) => path ?? '').filter((path) => !existsSync(at(path)));
    expect(missing).toEqual([]);
  });

  test('names commands that are there', () => {
    const commands = [...text.matchAll(/npm run ([a-z][a-z:]*)/g)].map(
      ([, command]) => command ?? '',
    );
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
  });
});

test("README's map has a row for each folder of the clone, and for each process", () => {
  const map = read('README.md');
  const folders = readdirSync(cloneFolder).filter(
    (entry) =>
      statSync(at(entry)).isDirectory() && !/^(\.|node_modules$|dist$|coverage$)/.test(entry),
  );
  const processes = globSync('{services,workers}/*/main.ts', { cwd: cloneFolder }).map(dirname);
  const rows = [...folders.filter((folder) => !/^(services|workers)$/.test(folder)), ...processes];
  expect(rows.filter((folder) => !map.includes(`| \`${folder}/\` |`))).toEqual([]);
});

test('every script begins with the runner, which installs what is missing', () => {
  const others = Object.entries(scripts).filter(
    ([name, command]) => name !== 'ci' && !command.startsWith('node infra/run.js '),
  );
  expect(others).toEqual([]);
});

test('README has at most 110 lines', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(110);
});

test('no script has a hook before or after it', () => {
  const hooks = Object.keys(scripts).filter((name) =>
    Object.keys(scripts).some((other) => name === `pre${other}` || name === `post${other}`),
  );
  expect(hooks).toEqual([]);
});
