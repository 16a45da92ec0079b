import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { settingsPage } from './settings-table.ts';

const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');

test('docs/settings.md is what `npm run codegen` writes', () => {
  expect(page).toBe(settingsPage());
});

test('docs/settings.md has no setting that only tests use', () => {
  expect(page).not.toMatch(/LOAD_VISION|LOCAL_VISION_FAULT/);
});
