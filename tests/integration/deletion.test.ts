// What an owner deletes is gone from bucket and Temporal, whatever happens meanwhile.
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyBeginningsOf } from '../../contracts/objects.ts';
import {
  analysisWorkflowId,
  announceEndWorkflowId,
  deletionWorkflowId,
  taskQueues,
  workflowTypes,
} from '../../contracts/topology.ts';
import { silentLogger } from '../../platform/logger.ts';
import { connectObjectVersions } from '../../platform/object-store/object-versions.ts';
import { runTemporalWorker } from '../../platform/temporal/temporal-worker.ts';
import {
  AnalysisDeletedError,
  findDeletion,
  startDeletion,
} from '../../workers/orchestrator/deletion/start-deletion.ts';
import { sweepDeletions } from '../../workers/orchestrator/deletion/sweep-deletions.ts';
import { startAgain, startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { retentionWorker } from '../../workers/retention/run-sweeps.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { eventually } from '../support/harness/eventually.ts';
import { openProxy, targetOf } from '../support/harness/proxy.ts';
import { openStore, type StoreName } from '../support/harness/store.ts';
import { noAnswer, openWorkflowHarness } from '../support/harness/workflows.ts';

const logger = silentLogger();
const soon = { lookAgainMs: 1_000 };

type World = Awaited<ReturnType<typeof openWorld>>;

/** A bucket that keeps versions, a namespace, and the workers that delete in them. */
async function openWorld(name: StoreName) {
  const [harness, fixture] = await Promise.all([openWorkflowHarness(), openStore(name)]);
  const { root, bucket } = fixture;
  await root.setBucketVersioning(bucket, { Status: 'Enabled' });
  const proxy = await openProxy(targetOf(fixture.endpoint));
  const settings = fixture.settings('retention');
  const versions = connectObjectVersions(settings);
  const behindProxy = { ...settings, endpoint: `http://127.0.0.1:${proxy.port}` };
  const deleted = connectObjectVersions(behindProxy);
  const metrics = {
    deleted: () => undefined,
    failed: () => undefined,
    succeeded: () => undefined,
  };
  const worker = runTemporalWorker(
    harness.temporal,
    retentionWorker({ versions: deleted, limits: [], metrics }),
    logger,
  );
  const { workflow } = harness.client;
  const put = (key: string) => root.putObject(bucket, key, 'a photo');
  const deletionOf = ({ correlationId }: AnalysisInput) =>
    workflow.getHandle(deletionWorkflowId(correlationId));
  return {
    ...harness,
    proxy,
    put,
    deletionOf,
    /** A photo named as ingestion names it, with a version before it and one that was deleted. */
    async stored(): Promise<AnalysisInput> {
      const photo = harness.photo();
      const objectKey = `${keyBeginningsOf(photo.correlationId)[0]}jpg`;
      await put(objectKey);
      await root.removeObject(bucket, objectKey); // leaves a delete marker
      await put(objectKey);
      return { ...photo, objectKey };
    },
    async versionsOf({ objectKey }: AnalysisInput): Promise<readonly string[]> {
      const page = await versions.list(objectKey);
      return page.versions.map(({ key }) => key);
    },
    /** What Temporal has of an analysis: in its lists, of its owner, and by its id. */
    async known({ correlationId, owner }: AnalysisInput): Promise<string[]> {
      const id = analysisWorkflowId(correlationId);
      const found: string[] = [];
      const query = `WorkflowId = '${id}' OR Owner = '${owner}' OR WorkflowId STARTS_WITH '${announceEndWorkflowId(correlationId, '')}'`;
      for await (const { workflowId } of workflow.list({ query })) found.push(workflowId);
      const described = workflow.getHandle(id).describe();
      await described.then(({ workflowId }) => found.push(workflowId)).catch(() => undefined);
      return found;
    },
    async deleteAndWait(photo: AnalysisInput): Promise<void> {
      await startDeletion(harness.client, photo, soon);
      await deletionOf(photo).result();
    },
    async close() {
      await worker.stop();
      await harness.close();
      await Promise.all([versions.close(), deleted.close(), proxy.close()]);
      await fixture.close();
    },
  };
}

const worlds: Partial<Record<StoreName, World>> = {};
const beginnings: (() => void)[] = [];

/** All of them begin at once: Temporal takes half a minute to delete a run. */
function story(name: StoreName, promise: string, tell: (world: World) => Promise<void>): void {
  const ended = Promise.withResolvers<undefined>();
  ended.promise.catch(() => undefined); // the test below awaits it
  beginnings.push(() => {
    const world = worlds[name];
    if (world === undefined) return;
    tell(world).then(() => ended.resolve(undefined), ended.reject);
  });
  test(`a deletion on ${name} ${promise}`, () => ended.promise, 180_000);
}

beforeAll(async () => {
  [worlds.versitygw, worlds.minio] = await Promise.all([
    openWorld('versitygw'),
    openWorld('minio'),
  ]);
  for (const begin of beginnings) begin();
}, 300_000);
afterAll(async () => {
  await Promise.all(Object.values(worlds).map((world) => world.close()));
}, 60_000);

for (const name of ['versitygw', 'minio'] as const) {
  story(
    name,
    'leaves no version of the photo and no run, and touches nobody else',
    async (world) => {
      const [photo, other] = [await world.stored(), await world.stored()];
      for (const one of [photo, other]) {
        await startAnalysis(world.temporal, one);
        await world.handle(one).result();
      }
      const { runId } = await world.handle(photo).describe();
      await startAgain(world.client, photo, runId);
      await world.handle(photo).result();
      await eventually(async () => expect(await world.known(photo)).toHaveLength(3));
      expect(await world.versionsOf(photo)).toHaveLength(3);

      await world.deleteAndWait(photo);
      expect(await world.versionsOf(photo)).toEqual([]);
      await eventually(async () => expect(await world.known(photo)).toEqual([]));
      expect(await world.versionsOf(other)).toHaveLength(3);
      await eventually(async () => expect(await world.known(other)).toHaveLength(2));
    },
  );

  story(name, 'waits for a store that is away, and goes on when it is back', async (world) => {
    const photo = await world.stored();
    world.proxy.refuse();
    world.proxy.disconnect();
    await startDeletion(world.client, photo, soon);
    await eventually(async () => {
      const { raw } = await world.deletionOf(photo).describe();
      return (raw.pendingActivities?.[0]?.attempt ?? 0) >= 3;
    });
    expect(await world.versionsOf(photo)).toHaveLength(3);
    world.proxy.accept();
    await world.deletionOf(photo).result();
    expect(await world.versionsOf(photo)).toEqual([]);
  });
}

story('versitygw', 'says of nobody whose analysis it was', async (world) => {
  const photo = await world.stored();
  await world.deleteAndWait(photo);
  const history = await world.deletionOf(photo).fetchHistory();
  const payloads = JSON.stringify(history, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : value,
  );
  expect(payloads).toContain(photo.correlationId);
  expect(payloads).not.toContain(photo.owner);
});

story('versitygw', 'ends an analysis that is under way, also when begun twice', async (world) => {
  const photo = await world.stored();
  world.adapterAnswers(photo.correlationId, noAnswer);
  await startAnalysis(world.temporal, photo);
  await eventually(() => world.asked(photo.correlationId).length > 0);
  await Promise.all([1, 2, 3].map(() => world.deleteAndWait(photo)));
  expect(world.ends(photo.correlationId)).toMatchObject([{ failure: { code: 'CANCELLED' } }]);
  expect(await world.versionsOf(photo)).toEqual([]);
  await eventually(async () => expect(await world.known(photo)).toEqual([]));
});

story('versitygw', 'terminates what cannot announce its end, and nobody does', async (world) => {
  const photo = await world.stored();
  world.publisherFails(photo.correlationId, true);
  await startAnalysis(world.temporal, photo);
  await world.deleteAndWait(photo);
  world.publisherFails(photo.correlationId, false);
  await eventually(async () => expect(await world.known(photo)).toEqual([]));
  expect(world.announced(photo.correlationId)).toEqual([]);
});

story('versitygw', 'is not announced where its end is found by the sweep', async (world) => {
  const photo = await world.stored();
  world.adapterAnswers(photo.correlationId, noAnswer);
  await startAnalysis(world.temporal, photo);
  await eventually(() => expect(world.announced(photo.correlationId)).toHaveLength(1));
  await startDeletion(world.client, photo, soon);
  await world.handle(photo).terminate();
  await world.deletionOf(photo).result();
  await eventually(async () => expect(await world.known(photo)).toEqual([]));
  expect(world.ends(photo.correlationId).map(({ failure }) => failure?.code)).not.toContain(
    'TERMINATED',
  );
});

story('versitygw', 'is not undone by an event that comes late', async (world) => {
  const photo = await world.stored();
  await startDeletion(world.client, photo, soon);
  await expect(startAnalysis(world.temporal, photo)).rejects.toThrow(AnalysisDeletedError);
  await world.deletionOf(photo).result();
  await world.put(photo.objectKey); // confirmed once more, by a client that has kept its ticket
  await expect(startAnalysis(world.temporal, photo)).rejects.toThrow(AnalysisDeletedError);
  await expect(startAgain(world.client, photo, 'a run')).rejects.toThrow(AnalysisDeletedError);
  await eventually(async () => expect(await world.versionsOf(photo)).toEqual([]));
  expect(world.asked(photo.correlationId)).toEqual([]);
  expect(world.announced(photo.correlationId)).toEqual([]);
  expect(await world.known(photo)).toEqual([]);
});

story('versitygw', 'finds by its second look what was on its way', async (world) => {
  const photo = await world.stored();
  await startDeletion(world.client, photo, { lookAgainMs: 10_000 });
  await eventually(async () => expect(await world.versionsOf(photo)).toEqual([]));
  await world.client.workflow.start(workflowTypes.analyzeImage, {
    workflowId: analysisWorkflowId(photo.correlationId),
    taskQueue: taskQueues.analysis,
    args: [photo],
  });
  await world.put(photo.objectKey);
  await world.deletionOf(photo).result();
  expect(await world.versionsOf(photo)).toEqual([]);
  await eventually(async () => expect(await world.known(photo)).toEqual([]));
});

story('versitygw', 'is begun by the sweep, and told to the register at its end', async (world) => {
  const photos = [await world.stored(), await world.stored()];
  const unerased = new Map(photos.map((photo) => [photo.correlationId, photo]));
  const stopping = new AbortController();
  const sweeping = sweepDeletions({
    temporal: world.temporal,
    tombstones: {
      listUnerased: () => Readable.from([...unerased.values()]),
      markErased: ({ correlationId }) => Promise.resolve(void unerased.delete(correlationId)),
    },
    intervalMs: 500,
    wait: soon,
    deletionsKeptMs: 20_000,
    logger,
    stopping: stopping.signal,
  });
  await eventually(() => unerased.size === 0, { within: 120_000 });
  for (const photo of photos) expect(await world.versionsOf(photo)).toEqual([]);
  // Of a deletion itself nothing stays either, once no event of the upload can come late.
  await eventually(
    async () => {
      const states = photos.map(({ correlationId }) => findDeletion(world.client, correlationId));
      expect(await Promise.all(states)).toEqual(['none', 'none']);
    },
    { within: 120_000 },
  );
  stopping.abort();
  await sweeping;
});
