import { beforeAll, describe, expect, test } from '@jest/globals';
import { exchanges, topics, workQueues } from '../../contracts/topology.ts';
import { eventually } from '../support/harness/eventually.ts';
import { declarationOf, put } from '../support/upload-by-hand.ts';
import { readRecord, writeRecord } from '../support/messaging/kafka.ts';
import { sumMetric } from '../support/harness/metrics.ts';
import { recordExchanges } from '../support/messaging/rabbitmq.ts';
import { readRuns } from '../support/harness/temporal.ts';
import { subscribers } from '../support/three-gateways/subscribers.ts';
import { beginStory, endOf, samplePhoto, type Story, type User } from '../support/harness/users.ts';

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});

const countDuplicates = () =>
  sumMetric(
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
  const announcements = await recordExchanges([
    exchanges.analysisStarted,
    exchanges.analysisCompleted,
  ]);
  // Unlike the SDK, this client drops nothing that comes twice.
  const subscriber = subscribers['graphql-sse']({
    url: `${stack.url('graph-gateway')}/graphql`,
    token: user.token,
    from: await user.client.feedCursors(),
  });
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
    // An announcement may be sent again (its id says so), but no client receives it again.
    const announced = announcements
      .about(correlationId)
      .map(({ exchange, messageId }) => `${exchange} ${messageId}`);
    expect([...new Set(announced)]).toEqual([
      expect.stringContaining(exchanges.analysisStarted),
      expect.stringContaining(exchanges.analysisCompleted),
    ]);
    for (const received of Object.values(subscriber.received))
      await eventually(() => expect(received).toEqual([correlationId, later.correlationId]));
  } finally {
    await announcements.stop();
    await subscriber.stop();
  }
}

describe('one event, three deliveries', () => {
  test('runs one workflow and announces once for an upload event delivered three times', () =>
    expectOneAnalysis(async ({ client }) => {
      const { correlationId, objectKey } = await client.upload(await samplePhoto());
      const record = await readRecord(topics.imageUploaded, objectKey);
      await writeRecord(topics.imageUploaded, record);
      await writeRecord(topics.imageUploaded, record);
      return correlationId;
    }, 2));

  test('accepts a confirm sent twice, runs one workflow and announces once', () =>
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
