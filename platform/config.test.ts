import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, maskSecrets, readConfig, readLiveConfig } from './config.ts';

const settings = {
  PORT: { schema: z.coerce.number().int().default(4000), meaning: 'Port to listen on.' },
  TOKEN: { schema: z.string().min(16), secret: true, meaning: 'Bearer token.' },
  ENTRY: { schema: z.enum(['a', 'b']).default('a'), meaning: 'a or b.' },
} as const;

test('uses the default of a variable that is absent or empty', () => {
  const config = readConfig(settings, { PORT: '', TOKEN: 'x'.repeat(16) });
  expect(config).toEqual({ PORT: 4000, TOKEN: 'x'.repeat(16), ENTRY: 'a' });
});

test('lists every fault at once, with the meaning of the variable', () => {
  const read = () => readConfig(settings, { PORT: 'many', ENTRY: 'c' });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/PORT is 'many'.*Port to listen on[^]*TOKEN is missing[^]*ENTRY is 'c'/);
});

test('refuses a variable under its former name, and names the new one', () => {
  const renamed = {
    ENTRY: { ...settings.ENTRY, formerName: 'DOOR' },
    OTHER: { ...settings.ENTRY, formerName: 'GATE' },
  };
  expect(() => readConfig(renamed, { DOOR: 'a', GATE: '' })).toThrow(
    /^invalid environment, correct these variables:\n {2}DOOR was renamed to ENTRY: rename the variable[^\n]*$/,
  );
});

test('keeps the value of a secret out of faults and logs', () => {
  const read = () => readConfig(settings, { TOKEN: 'short-secret' });
  expect(read).toThrow(/TOKEN is invalid/);
  expect(read).not.toThrow(/short-secret/);
  const config = readConfig(settings, { TOKEN: 'a-very-long-secret' });
  expect(maskSecrets(settings, config)).toMatchObject({ TOKEN: '***', PORT: 4000 });
});

describe('a secret in a file', () => {
  const pair = {
    KEY: { schema: z.string().min(3), secret: true, meaning: 'One half.' },
    SECRET: { schema: z.string().min(3), secret: true, meaning: 'The other half.' },
  } as const;

  function keysIn(folder: string, generation: string) {
    mkdirSync(join(folder, generation));
    writeFileSync(join(folder, generation, 'key'), `key-${generation}\n`);
    writeFileSync(join(folder, generation, 'secret'), `secret-${generation}\n`);
    symlinkSync(generation, join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, 'current'));
  }
  const open = () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    keysIn(folder, 'one');
    const file = (name: string) => join(folder, 'current', name);
    return { folder, environment: { KEY_FILE: file('key'), SECRET_FILE: file('secret') } };
  };
  const quiet = { info: jest.fn(), error: jest.fn() };

  test('reads a secret from a file without the line break at its end', () => {
    expect(readConfig(pair, open().environment)).toEqual({ KEY: 'key-one', SECRET: 'secret-one' });
  });

  test('refuses a secret given twice, and names a file that is missing', () => {
    const { environment } = open();
    expect(() => readConfig(pair, { ...environment, KEY: 'a-key' })).toThrow(
      /KEY and KEY_FILE are both set/,
    );
    expect(() => readConfig(pair, { ...environment, KEY_FILE: '/nowhere' })).toThrow(
      /KEY_FILE cannot be read/,
    );
  });

  test('reloads secrets while the process runs, and keeps the previous ones when the new are invalid', () => {
    const { folder, environment } = open();
    const live = readLiveConfig(pair, quiet, environment);
    keysIn(folder, 'two');
    expect(live.current()).toEqual({ KEY: 'key-one', SECRET: 'secret-one' });
    expect(live.refresh()).toEqual({ KEY: 'key-two', SECRET: 'secret-two' });
    rmSync(join(folder, 'two'), { recursive: true });
    expect(live.refresh()).toEqual({ KEY: 'key-two', SECRET: 'secret-two' });
    expect(quiet.error).toHaveBeenCalledTimes(1);
  });
});
