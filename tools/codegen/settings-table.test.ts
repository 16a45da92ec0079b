import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { settingsTable } from './settings-table.ts';

test("README's table of variables is the table that the processes read", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(settingsTable());
});
