import { expect, test } from '@jest/globals';
import { crowdedFolders, loneFiles } from './layout.ts';

/** Tables, pages, histories and fixtures: many of one kind are no burden. */
const free = [
  'services/vision-adapter/recognition/tables/makers', // one maker a file
  'tests/support/drawings', // one machine a file
  'tests/support/recognition', // fixtures
];

/** Short files for one importer that stand alone for a reason. */
const reasons: Readonly<Record<string, string>> = {
  'infra/client-file.ts': 'the form of the file that clients read',
  'infra/emulators/vision/reading/image-worker.ts': 'a thread begins here',
  'infra/native/moved-queues.ts': "RabbitMQ's own file format",
  'services/messaging-bridge/dead-letter.ts': 'the one other way out of the bridge',
  'services/vision-adapter/recognition/sure.ts': 'a table of rules',
  'workers/retention/app.ts': 'the HTTP side, as in every process',
  'workflows/sweep-objects.ts': 'a workflow',
};

/** What was so when the rule came: this list only shrinks. */
const mendLater = [
  'infra/emulators/vision/reading/report-reader.ts',
  'infra/emulators/vision/reading/stored-pixels.ts',
  'services/vision-adapter/vision/count-calls.ts',
];

const nameOf = (offender: string) => offender.split(' (')[0] ?? '';
const unlisted = (offenders: readonly string[]) =>
  offenders.filter(
    (offender) => ![...free, ...Object.keys(reasons), ...mendLater].includes(nameOf(offender)),
  );

test('no folder has more than twelve files of code beside its tests', () => {
  expect(unlisted(crowdedFolders())).toEqual([]);
});

test('no file below forty lines serves one other file, unless it is a boundary, a table or a port', () => {
  expect(unlisted(loneFiles())).toEqual([]);
});
