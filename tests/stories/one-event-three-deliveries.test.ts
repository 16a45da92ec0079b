import { beforeAll, describe, expect, test } from '@jest/globals';
import { exchanges, topics, workQueues } from '../../contracts/topology.ts';
import { eventually } from '../eventually.ts';
import { overhear, readCounter, readRecord, readRuns, writeRecord } from './brokers.ts';
import { beginStory, endOf, samplePhoto, type Story } from './story.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

const countDuplicates = () =>
  readCounter(
    story.stack.url('svc-analysis-orchestrator'),
    'orchestrator_intake_total',
    `queue="${workQueues.imageUploaded.name}",outcome="duplicate"`,
  );

describe('one event, three deliveries', () => {
  test('the same upload event delivered three times: one workflow, one started, one completed', async () => {
    const { stack } = story;
    const { client } = story.newUser();
    const started = await overhear(stack, exchanges.analysisStarted);
    const completed = await overhear(stack, exchanges.analysisCompleted);
    try {
      const before = await countDuplicates();
      const { correlationId, objectKey } = await client.upload(await samplePhoto());
      const record = await readRecord(stack, topics.imageUploaded, objectKey);
      await writeRecord(stack, topics.imageUploaded, record);
      await writeRecord(stack, topics.imageUploaded, record);

      expect(await endOf(client, correlationId)).toMatchObject({ success: true });
      await eventually(async () => expect(await countDuplicates()).toBe(before + 2), {
        within: 60_000,
      });
      expect(await readRuns(stack, correlationId)).toMatchObject({ runs: 1 });
      expect(started.about(correlationId)).toHaveLength(1);
      expect(completed.about(correlationId)).toHaveLength(1);
    } finally {
      await started.stop();
      await completed.stop();
    }
  });
});
