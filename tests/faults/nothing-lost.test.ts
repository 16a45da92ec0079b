// The rows of the fault matrix that `npm test` has time for; the whole of it: `npm run test:faults`.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askLoadVision, askLocalVision } from '../support/vision/use-load-vision.ts';
import { beginStory, type Story } from '../support/harness/users.ts';
import { briefFaults } from './matrix/fault-table.ts';
import { briefLoad, brokenPromises, runFault } from './matrix/run-fault.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
  await askLoadVision(story.stack);
});
afterAll(() => askLocalVision(story.stack));

test.each(briefFaults.map((fault) => [fault.name, fault] as const))(
  'runs one workflow and announces one end for each accepted photo with %s under load',
  async (_, fault) => {
    const count = await runFault(fault, { load: briefLoad, gateways: ['graph-gateway'] });
    expect({ ...count, broken: brokenPromises(count) }).toMatchObject({ broken: [] });
  },
  240_000,
);
