import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  ensureKeys,
  isKeySetting,
  keyFile,
  newKeys,
  provisionedEndpoints,
  readGenerations,
  rememberEndpoint,
  storeKeySettings,
  writeGeneration,
} from './keys.ts';

const emptyFolder = () => join(mkdtempSync(join(tmpdir(), 'keys ')), 'keys');
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('there is a file for each setting, readable by its user only, reached by the link', () => {
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

test('keys are made once', () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  const before = readGenerations(folder);
  ensureKeys(folder);
  expect(readGenerations(folder)).toEqual(before);
  expect(before).toHaveLength(1);
});

test('generations are read the newest first, without what was not finished', async () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  const [first] = readGenerations(folder);
  await new Promise((resolve) => setTimeout(resolve, 2)); // a name of its own
  const keys = newKeys({ ticketKey: 'a'.repeat(40), previous: 'b'.repeat(40) });
  const name = writeGeneration(folder, keys);
  expect(readGenerations(folder)).toEqual([{ name, keys }, first]);
  expect(readdirSync(folder).filter((entry) => entry.startsWith('.'))).toEqual([]);
});

test('the stores at which the keys were provisioned are remembered', () => {
  const folder = emptyFolder();
  ensureKeys(folder);
  expect(provisionedEndpoints(folder)).toEqual([]);
  for (const endpoint of ['https://a', 'https://b', 'https://a'])
    rememberEndpoint(folder, endpoint);
  expect(provisionedEndpoints(folder)).toEqual(['https://a', 'https://b']);
  expect(existsSync(keyFile(folder, 'TICKET_KEY'))).toBe(true);
});
