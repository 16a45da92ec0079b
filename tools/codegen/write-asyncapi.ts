// Writes asyncapi.yaml; a test compares the committed file with what this would write.
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { describeEvents } from './asyncapi.ts';

writeFileSync(
  new URL('../../contracts/asyncapi.yaml', import.meta.url),
  `# Drawn from topology.ts and events.ts by npm run codegen.\n${stringify(describeEvents(), { aliasDuplicateObjects: false, singleQuote: true })}`,
);
