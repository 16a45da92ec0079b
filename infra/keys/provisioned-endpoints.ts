// The object stores elsewhere at which `npm run provision` made users, each with its newest generation.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { generationNames } from './generations.ts';

/** Their newest generation, by endpoint. */
export function provisionedEndpoints(folder: string): Readonly<Record<string, string>> {
  const file = fileOf(folder);
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

export function rememberEndpoint(folder: string, endpoint: string): void {
  const known = { ...provisionedEndpoints(folder), [endpoint]: newestName(folder) };
  writeFileAtomic.sync(fileOf(folder), `${JSON.stringify(known)}\n`, { mode: 0o600 });
}

/** Where `npm run provision` has to be run again. */
export function endpointsWithoutNewest(folder: string): string[] {
  const newest = newestName(folder);
  const known = Object.entries(provisionedEndpoints(folder));
  return known.flatMap(([endpoint, generation]) => (generation < newest ? [endpoint] : []));
}

const newestName = (folder: string) => generationNames(folder)[0] ?? '';
const fileOf = (folder: string) => join(folder, 'endpoints.json');
