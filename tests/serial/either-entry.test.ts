import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { workQueues } from '../../contracts/topology.ts';
import { eventually } from '../support/harness/eventually.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import { readRuns } from '../support/harness/temporal.ts';
import {
  beginStory,
  deadline,
  readAll,
  samplePhoto,
  type Story,
} from '../support/harness/users.ts';

const entryMs = 240_000; // photos of the stories before, as far as the grace reaches, come first

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});
afterAll(() => restartWith({}));

/** Both processes that know the entry, really stopped and started. */
async function restartWith(adapter: Record<string, string>, orchestrator = adapter) {
  await story.stack.restart('svc-ai-vision-adapter', adapter);
  await story.stack.restart('svc-analysis-orchestrator', orchestrator);
}

async function analyze() {
  const { client } = story.newUser();
  const events = await readAll(client.analyze(await samplePhoto(), { signal: deadline(entryMs) }));
  const end = events.at(-1);
  expect(end).toMatchObject({
    state: 'completed',
    success: true,
    recognition: { aggregate: { brand: 'Caterpillar', model: '320D' } },
  });
  return readRuns(story.stack, end?.correlationId ?? '');
}

/** Recognitions that the orchestrator took from RabbitMQ without a call to Temporal. */
const countPassedOver = () =>
  sumMetric(
    story.stack.url('svc-analysis-orchestrator'),
    'orchestrator_intake_total',
    `queue="${workQueues.recognitionCompleted.name}",outcome="answered"`,
  );

describe('either entry brings a photo to its result', () => {
  test('calls the adapter from the workflow and signals no event with ANALYSIS_ENTRY=orchestrator', async () => {
    await restartWith({ ANALYSIS_ENTRY: 'orchestrator' });
    const passedOver = await eventually(countPassedOver); // counted from the first look at its queues on
    expect(await analyze()).toMatchObject({ runs: 1, askedVision: true, signalled: false });
    await eventually(async () => expect(await countPassedOver()).toBeGreaterThan(passedOver), {
      within: 60_000,
    });
  });

  test(
    'recognises in the adapter and signals its event with ANALYSIS_ENTRY=adapter',
    async () => {
      const ANALYSIS_ENTRY = 'adapter';
      await restartWith(
        { ANALYSIS_ENTRY, RECOGNITION_GRACE: '30s' }, // photos of the stories before are older
        { ANALYSIS_ENTRY, RECOGNITION_GRACE: '3m' },
      );
      expect(await analyze()).toEqual({
        runs: 1,
        askedVision: false,
        attempts: 0,
        signalled: true,
      });
    },
    entryMs,
  );
});
