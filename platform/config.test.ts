import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, maskSecrets, readConfig } from './config.ts';

const settings = {
  PORT: { schema: z.coerce.number().int().default(4000), meaning: 'Port to listen on.' },
  TOKEN: { schema: z.string().min(16), secret: true, meaning: 'Bearer token.' },
  ENTRY: { schema: z.enum(['a', 'b']).default('a'), meaning: 'a or b.' },
} as const;

test('defaults stand in for what is absent or empty', () => {
  const config = readConfig(settings, { PORT: '', TOKEN: 'x'.repeat(16) });
  expect(config).toEqual({ PORT: 4000, TOKEN: 'x'.repeat(16), ENTRY: 'a' });
});

test('every fault is listed at once, with the meaning of the variable', () => {
  const read = () => readConfig(settings, { PORT: 'many', ENTRY: 'c' });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/PORT is 'many'.*Port to listen on[^]*TOKEN is missing[^]*ENTRY is 'c'/);
});

test('the value of a secret is in no fault and in no log', () => {
  const read = () => readConfig(settings, { TOKEN: 'short-secret' });
  expect(read).toThrow(/TOKEN is wrong/);
  expect(read).not.toThrow(/short-secret/);
  const config = readConfig(settings, { TOKEN: 'a-very-long-secret' });
  expect(maskSecrets(settings, config)).toMatchObject({ TOKEN: '***', PORT: 4000 });
});
