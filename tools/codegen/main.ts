// `npm run codegen`: writes every file and section that is generated; on a clean clone it changes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { generate, loadContext } from '@graphql-codegen/cli';
import { stringify } from 'yaml';
import { describeEvents } from './asyncapi.ts';
import { describeRest, documentedServices } from './openapi.ts';
import { documentSections, withSections } from './document-sections.ts';
import { withFailureEnum } from './failures.ts';
import { withRulesVersion } from './rules-version.ts';
import { trustedDocuments } from './trusted-documents.ts';
import { settingsPage } from './settings-table.ts';

function rewrite(file: string, textFrom: (text: string) => string): void {
  const url = new URL(`../../${file}`, import.meta.url);
  writeFileSync(url, textFrom(readFileSync(url, 'utf8')));
}

const events = stringify(describeEvents(), { aliasDuplicateObjects: false, singleQuote: true });

rewrite('contracts/schema.graphql', withFailureEnum);
rewrite(
  'contracts/asyncapi.yaml',
  () => `# Generated from topology.ts and events.ts by npm run codegen.\n${events}`,
);
rewrite('services/vision-adapter/recognition/rules-version.ts', withRulesVersion);
for (const service of documentedServices)
  writeFileSync(
    new URL(`../../contracts/openapi/${service}.yaml`, import.meta.url),
    `# Generated from tools/codegen/openapi-routes.ts by npm run codegen.\n${stringify(
      JSON.parse(JSON.stringify(describeRest(service))),
      { aliasDuplicateObjects: false, singleQuote: true },
    )}`,
  );
rewrite('contracts/trusted-documents.json', trustedDocuments);
rewrite('docs/settings.md', settingsPage);
for (const [file, sections] of Object.entries(documentSections))
  rewrite(file, (document) => withSections(document, sections));

// Last, because the resolver types follow from the schema.
await generate(await loadContext('tools/codegen/graphql.yaml'), true);
