// Writes what derives from contracts/failures.ts, before the resolver types are drawn from the schema.
import { readFileSync, writeFileSync } from 'node:fs';
import { withFailureEnum, withFailureTables } from './failures.ts';

function renew(path: string, renewed: (text: string) => string): void {
  const file = new URL(`../../${path}`, import.meta.url);
  writeFileSync(file, renewed(readFileSync(file, 'utf8')));
}

renew('contracts/schema.graphql', withFailureEnum);
renew('docs/operations.md', withFailureTables);
