import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRuns } from '../support/brokers.ts';
import {
  beginStory,
  deadline,
  readAll,
  samplePhoto,
  type Story,
} from '../support/harness/users.ts';

const entryMs = 240_000; // photos of other stories, as far as the grace reaches, come before this one's

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});
afterAll(() => restartWith({}));

/** Both processes that know the entry, really stopped and started. */
async function restartWith(environment: Record<string, string>) {
  await story.stack.restart('svc-ai-vision-adapter', environment);
  await story.stack.restart('svc-analysis-orchestrator', environment);
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

describe('either entry brings a photo to its result', () => {
  test('ANALYSIS_ENTRY=orchestrator: the workflow asks the adapter', async () => {
    await restartWith({ ANALYSIS_ENTRY: 'orchestrator' });
    expect(await analyze()).toMatchObject({ runs: 1, askedVision: true });
  });

  test(
    'ANALYSIS_ENTRY=adapter: the adapter looks by itself, its event is signalled',
    async () => {
      await restartWith({ ANALYSIS_ENTRY: 'adapter', RECOGNITION_GRACE: '3m' });
      expect(await analyze()).toEqual({ runs: 1, askedVision: false, tries: 0, signalled: true });
    },
    entryMs,
  );
});
