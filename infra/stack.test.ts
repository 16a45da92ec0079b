import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openStack } from './stack.ts';

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'stack '));

test('secrets are made once per stack and readable by their user only', () => {
  const folder = emptyFolder();
  const first = openStack('dev', folder);
  expect(openStack('dev', folder).secrets).toEqual(first.secrets);
  expect(openStack('test', folder).secrets).not.toEqual(first.secrets);
  expect(statSync(join(first.folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(first.secrets)).size).toBe(Object.keys(first.secrets).length);
});

test('a secret that a later version adds is added, the known ones stay', () => {
  const folder = emptyFolder();
  const { secrets, folder: stackFolder } = openStack('dev', folder);
  const file = join(stackFolder, 'secrets.json');
  const { TICKET_KEY: _gone, ...known } = secrets;
  writeFileSync(file, JSON.stringify(known));
  const again = openStack('dev', folder).secrets;
  expect(again).toMatchObject(known);
  expect(again.TICKET_KEY).toMatch(/^[0-9a-f]{40}$/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(again);
});
