// Writes docs/settings.md; a test compares it with the table of settings.
import { writeFileSync } from 'node:fs';
import { settingsPage } from './settings-table.ts';

writeFileSync(new URL('../../docs/settings.md', import.meta.url), settingsPage());
