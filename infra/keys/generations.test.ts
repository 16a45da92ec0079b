import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  endGeneration,
  ensureKeys,
  makeCurrent,
  newKeys,
  readGenerations,
  writeGeneration,
  endedUsers,
} from './generations.ts';
import { isKeySetting, keyFile, keySettings, storeKeySettings } from './key-settings.ts';

const emptyFolder = () => join(mkdtempSync(join(tmpdir(), 'keys ')), 'keys');
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('writes a file for each setting, readable by its user only, reached by the link', () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  const files = readdirSync(join(folder, 'current'));
  expect(files.sort()).toEqual([...storeKeySettings, 'TICKET_KEY', 'TICKET_KEY_PREVIOUS'].sort());
  const values = files.filter(isKeySetting).map((name) => {
    expect([name, modeOf(keyFile(folder, name))]).toEqual([name, 0o600]);
    return readFileSync(keyFile(folder, name), 'utf8');
  });
  expect(new Set(values).size).toBe(values.length);
  const generation = readlinkSync(join(folder, 'current'));
  expect([modeOf(folder), modeOf(join(folder, generation))]).toEqual([0o700, 0o700]);
});

test('makes keys once', () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  const before = readGenerations(folder);
  ensureKeys(folder);
  expect(readGenerations(folder)).toEqual(before);
  expect(before).toHaveLength(1);
});

test('adds the key of a right that a newer version brings to every generation', () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  writeGeneration(folder, newKeys({}));
  const before = readGenerations(folder);
  const lacking = 'S3_RETENTION_ACCESS_KEY';
  for (const { name } of before) rmSync(join(folder, name, lacking));
  ensureKeys(folder);
  const after = readGenerations(folder);
  expect(new Set(after.map(({ keys }) => keys[lacking])).size).toBe(2);
  for (const [at, { keys }] of after.entries())
    expect({ ...keys, [lacking]: '' }).toEqual({ ...before[at]?.keys, [lacking]: '' });
});

test('reads generations the newest first, without unfinished ones', async () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  const [first] = readGenerations(folder);
  await new Promise((resolve) => setTimeout(resolve, 2)); // a name of its own
  const keys = newKeys({ ticketKey: 'a'.repeat(40), previous: 'b'.repeat(40) });
  const name = writeGeneration(folder, keys);
  expect(readGenerations(folder)).toEqual([{ name, keys, endsOlder: false }, first]);
  expect(readdirSync(folder).filter((entry) => entry.startsWith('.'))).toEqual([]);
});

test('sorts a new generation last, although the clock went back', () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  const [first] = readGenerations(folder);
  const name = writeGeneration(folder, newKeys({}), { now: Date.parse('2020-01-01') });
  expect(readGenerations(folder).map((generation) => generation.name)).toEqual([name, first?.name]);
});

test('does not read a generation that ended, and remembers its users', () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  const [first] = readGenerations(folder);
  if (first === undefined) throw new Error('no generation');
  const ticketKeys = { ticketKey: 'a'.repeat(40), previous: first.keys.TICKET_KEY };
  makeCurrent(folder, writeGeneration(folder, newKeys(ticketKeys)));
  endGeneration(folder, first);
  const [second, ...others] = readGenerations(folder);
  expect(others).toEqual([]);
  expect(second?.keys.TICKET_KEY).toBe(ticketKeys.ticketKey);
  expect(second?.keys.TICKET_KEY_PREVIOUS).toMatch(/^[0-9a-f]{40}$/);
  expect(second?.keys.TICKET_KEY_PREVIOUS).not.toBe(first.keys.TICKET_KEY);
  expect(endedUsers(folder)).toEqual(
    (['upload', 'ingestion', 'media', 'preview', 'retention'] as const).map(
      (right) => first.keys[keySettings(right)[0]],
    ),
  );
  expect(readdirSync(folder).filter((entry) => entry.startsWith('.'))).toEqual([]);
});
