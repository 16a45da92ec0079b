import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { keyFile, keysFolder } from '../keys/key-settings.ts';
import { openStack } from './stack.ts';

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'stack '));

test('makes the secrets of a stack once, readable by their user only', () => {
  const folder = emptyFolder();
  const first = openStack('dev', folder);
  expect(openStack('dev', folder).secrets).toEqual(first.secrets);
  expect(openStack('test', folder).secrets).not.toEqual(first.secrets);
  expect(statSync(join(first.folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(first.secrets)).size).toBe(Object.keys(first.secrets).length);
});

test('adds a secret that a later version needs, and keeps the known ones', () => {
  const folder = emptyFolder();
  const { secrets, folder: stackFolder } = openStack('dev', folder);
  const file = join(stackFolder, 'secrets.json');
  const { CONTROL_TOKEN: _gone, ...known } = secrets;
  writeFileSync(file, JSON.stringify(known));
  const again = openStack('dev', folder).secrets;
  expect(again).toMatchObject(known);
  expect(again.CONTROL_TOKEN).toMatch(/^[0-9a-f]{40}$/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(again);
});

test('keeps the ticket key from secrets of an earlier version, and drops its public root key', () => {
  const folder = emptyFolder();
  const former = { S3_ACCESS_KEY: 'a'.repeat(20), S3_SECRET_KEY: 'b'.repeat(40) };
  const kept = { RABBITMQ_USER: 'c'.repeat(40), RABBITMQ_PASSWORD: 'd'.repeat(40) };
  mkdirSync(join(folder, 'dev'));
  writeFileSync(
    join(folder, 'dev', 'secrets.json'),
    JSON.stringify({ ...former, ...kept, TICKET_KEY: 'e'.repeat(40) }),
  );
  const stack = openStack('dev', folder);
  expect(stack.secrets).toMatchObject(kept);
  const written = readFileSync(join(stack.folder, 'secrets.json'), 'utf8');
  expect(JSON.parse(written)).toEqual(stack.secrets);
  expect(written).not.toMatch(/a{20}|b{40}|e{40}|TICKET_KEY/);
  expect(readFileSync(keyFile(keysFolder(stack), 'TICKET_KEY'), 'utf8').trim()).toBe(
    'e'.repeat(40),
  );
});
