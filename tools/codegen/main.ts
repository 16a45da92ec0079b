// `npm run codegen`: writes every file and section that is generated; on a clean clone it changes nothing.
import { generate, loadContext } from '@graphql-codegen/cli';
import './write-failure-enum.ts';
import './write-asyncapi.ts';
import './write-documents.ts';
import './write-settings-table.ts';

// After write-failure-enum.ts, which writes the failure codes into the schema.
await generate(await loadContext('tools/codegen/graphql.yaml'), true);
