import { beforeAll, describe, expect, test } from '@jest/globals';
import { exchanges, topics, workQueues } from '../../contracts/topology.ts';
import { eventually } from '../support/harness/eventually.ts';
import { declarationOf, put } from '../support/upload-by-hand.ts';
import { overhear, readCounter, readRecord, readRuns, writeRecord } from '../support/brokers.ts';
import { openPlainFeed } from '../support/plain-feed.ts';
import { beginStory, endOf, samplePhoto, type Story, type User } from '../support/harness/users.ts';

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

/**
 * Runs the upload and proves one workflow, one `started`, one `completed`.
 *
 * @param repeats how often the same event comes again.
 */
async function expectOneAnalysis(upload: (user: User) => Promise<string>, repeats: number) {
  const { stack } = story;
  const user = story.newUser();
  const url = stack.url('graph-gateway');
  const listeners = {
    announcedStarts: await overhear(stack, exchanges.analysisStarted),
    announcedEnds: await overhear(stack, exchanges.analysisCompleted),
    starts: await openPlainFeed(url, user, 'onAnalysisStarted'),
    ends: await openPlainFeed(url, user, 'onAnalysisCompleted'),
  };
  try {
    const before = await countDuplicates();
    const correlationId = await upload(user);
    expect(await endOf(user.client, correlationId)).toMatchObject({ success: true });
    await eventually(async () => expect(await countDuplicates()).toBe(before + repeats), {
      within: 60_000,
    });
    const later = await user.client.upload(await samplePhoto());
    await endOf(user.client, later.correlationId);

    expect(await readRuns(stack, correlationId)).toMatchObject({ runs: 1 });
    // An announcement may be sent again (its id says so), but no client hears it again.
    expect(new Set(listeners.announcedStarts.about(correlationId)).size).toBe(1);
    expect(new Set(listeners.announcedEnds.about(correlationId)).size).toBe(1);
    for (const { heard } of [listeners.starts, listeners.ends])
      await eventually(() => expect(heard).toEqual([correlationId, later.correlationId]));
  } finally {
    for (const listener of Object.values(listeners)) await listener.stop();
  }
}

describe('one event, three deliveries', () => {
  test('the same upload event delivered three times: one workflow, one started, one completed', () =>
    expectOneAnalysis(async ({ client }) => {
      const { correlationId, objectKey } = await client.upload(await samplePhoto());
      const record = await readRecord(story.stack, topics.imageUploaded, objectKey);
      await writeRecord(story.stack, topics.imageUploaded, record);
      await writeRecord(story.stack, topics.imageUploaded, record);
      return correlationId;
    }, 2));

  test('a confirm sent twice is accepted twice: one workflow, one started, one completed', () =>
    expectOneAnalysis(async ({ client }) => {
      const photo = await samplePhoto();
      const declared = declarationOf(photo);
      const { correlationId, imageUploadPayload } = await client.startUpload(declared);
      expect(await put(imageUploadPayload, photo)).toBe(200);
      const { uploadId } = imageUploadPayload;
      const { bytes, checksum } = declared;
      const confirm = () => client.confirmUpload({ uploadId, bytes, checksum });
      expect(await Promise.all([confirm(), confirm()])).toEqual([
        { status: 'Accepted' },
        { status: 'Accepted' },
      ]);
      return correlationId;
    }, 1));
});
