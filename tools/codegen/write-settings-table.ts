// Writes README's table of environment variables; a test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { settingsTable } from './settings-table.ts';

const readme = new URL('../../README.md', import.meta.url);
const [before] = readFileSync(readme, 'utf8').split('| variable | default |');
writeFileSync(readme, `${before ?? ''}${settingsTable()}\n`);
