import { expect, test } from '@jest/globals';
import { crowdedFolders, foldersBothWays, loneFiles } from './layout.ts';

/** Tables, pages, histories and fixtures: many of one kind are no burden. */
const free = [
  'contracts', // one table a file
  'services/vision-adapter/recognition/tables/makers', // one maker a file
  'tests/support/drawings', // one machine a file
  'tests/support/recognition', // fixtures
];

/** Short files for one importer that stand alone for a reason. */
const reasons: Readonly<Record<string, string>> = {
  'gateway/graphql/accepted-types.ts': 'the port over negotiator',
  'infra/emulators/identity/client-file.ts': 'the form of the file that clients read',
  'infra/emulators/vision/reading/image-worker.ts': 'a process begins here',
  'infra/native/moved-queues.ts': "RabbitMQ's own file format",
  'platform/temporal/name-causes.ts': 'an interceptor of the SDK, with a test of its own',
  'services/messaging-bridge/dead-letter.ts': 'the one other way out of the bridge',
  'services/vision-adapter/recognition/rules-version.ts': 'generated',
  'workers/retention/app.ts': 'the HTTP side, as in every process',
  'workflows/sweep-objects.ts': 'a workflow',
};

const nameOf = (offender: string) => offender.split(' (')[0] ?? '';
const unlisted = (offenders: readonly string[]) =>
  offenders.filter((offender) => ![...free, ...Object.keys(reasons)].includes(nameOf(offender)));

test('finds no folder with more than twelve files of code beside its tests', () => {
  expect(unlisted(crowdedFolders())).toEqual([]);
});

test('finds no folders that import each other', () => {
  expect(foldersBothWays()).toEqual([]);
});

test('finds no file below forty lines with one importer, unless it is a boundary, a table or a port', () => {
  expect(unlisted(loneFiles())).toEqual([]);
});
