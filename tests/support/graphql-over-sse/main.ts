// Audits any server: node tests/support/graphql-over-sse/main.ts <file with the server>
// The file exports `server`, an AuditedServer (rule.ts). Exit code 1 when a MUST is broken.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { audit } from './audit.ts';
import type { AuditedServer } from './rule.ts';

const file = process.argv[2];
if (file === undefined)
  throw new Error('file: missing; pass one that exports `server`, see rule.ts');
const { server } = (await import(pathToFileURL(resolve(file)).href)) as { server: AuditedServer };

const findings = await audit(server);
for (const { rule, outcome, why } of findings)
  process.stdout.write(
    `${rule.id} ${rule.level.padEnd(6)} ${outcome.padEnd(11)} ${rule.says}${why ? `\n    ${why}` : ''}\n`,
  );
const broken = findings.filter(({ outcome }) => outcome === 'broken');
process.stdout.write(`${findings.length - broken.length}/${findings.length}\n`);
process.exit(broken.some(({ rule }) => rule.level === 'MUST') ? 1 : 0);
