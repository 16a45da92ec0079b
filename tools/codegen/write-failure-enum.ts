// Writes the failure codes into the schema, before the resolver types are drawn from it.
import { readFileSync, writeFileSync } from 'node:fs';
import { withFailureEnum } from './failures.ts';

const schema = new URL('../../contracts/schema.graphql', import.meta.url);
writeFileSync(schema, withFailureEnum(readFileSync(schema, 'utf8')));
