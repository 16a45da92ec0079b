// Writes the generated sections of README.md and docs/: `npm run codegen`. A test compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import { documentSections, withSections } from './document-sections.ts';

for (const [file, sections] of Object.entries(documentSections)) {
  const url = new URL(`../../${file}`, import.meta.url);
  writeFileSync(url, withSections(readFileSync(url, 'utf8'), sections));
}
