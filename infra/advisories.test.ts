// docs/advisories.md has a row for every version that is pinned somewhere here.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cloneFolder } from './stack/stack.ts';

const read = (path: string) => readFileSync(join(cloneFolder, path), 'utf8');

interface Pin {
  readonly name: string;
  readonly version: string;
}
const servers = globSync('infra/native/*.ts', { cwd: cloneFolder });
const versionIn = (file: string) => /^(?:export )?const version = '([^']+)'/m.exec(read(file))?.[1];
const imagePin = (image: string): Pin => {
  const [, name = image, version = ''] = /^(.+):([^:/]+)$/.exec(image) ?? [];
  return { name, version };
};

function pins(): readonly Pin[] {
  const compose = parse(read('infra/compose.yaml'), { merge: true }) as {
    services: Record<string, { image?: string }>;
  };
  const images = [
    ...Object.values(compose.services).flatMap(({ image }) => image ?? []),
    ...[...read('infra/Dockerfile').matchAll(/^FROM (\S+:\S+)/gm)].map(([, image]) => image ?? ''),
  ];
  const { optionalDependencies } = JSON.parse(read('package.json')) as {
    optionalDependencies: Record<string, string>;
  };
  return [
    ...servers.flatMap((file) => {
      const version = versionIn(file);
      return version === undefined ? [] : { name: basename(file, '.ts'), version };
    }),
    ...images.map(imagePin),
    ...Object.entries(optionalDependencies)
      .filter(([name]) => name.startsWith('node-'))
      .map(([name, version]) => ({ name, version })),
  ];
}

const rows = read('docs/advisories.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| name |'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, name = '', version = '', advisory = '']) => ({ name, version, advisory }));

test('every pinned server and image has a row with exactly its version', () => {
  expect(pins().length).toBeGreaterThan(8);
  const missing = pins().filter(
    (pin) => !rows.some(({ name, version }) => name === pin.name && version === pin.version),
  );
  expect(missing).toEqual([]);
});

test('no row names a version that is not pinned any more', () => {
  const pinned = pins();
  const stale = rows.filter(
    ({ name, version }) =>
      pinned.some((pin) => pin.name === name) &&
      !pinned.some((pin) => pin.name === name && pin.version === version),
  );
  expect(stale).toEqual([]);
});

test('every row names an advisory, or the day on which none was known', () => {
  const known =
    /(GHSA(-[23456789cfghjmpqrvwx]{4}){3}|CVE-\d{4}-\d{4,})|none known on \d{4}-\d{2}-\d{2}/;
  expect(rows.filter(({ advisory }) => !known.test(advisory))).toEqual([]);
});

test('a server that is installed here says which version', () => {
  const unversioned = servers.filter(
    (file) => /install(Once|ation)\(/i.test(read(file)) && versionIn(file) === undefined,
  );
  expect(unversioned).toEqual([]);
});
