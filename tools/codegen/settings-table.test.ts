import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { settingsPage } from './settings-table.ts';

const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');

test('finds docs/settings.md as npm run codegen writes it', () => {
  expect(page).toBe(settingsPage());
});

test('leaves settings that only tests use out of docs/settings.md', () => {
  expect(page).not.toMatch(/LOAD_VISION|LOCAL_VISION_FAULT/);
});
