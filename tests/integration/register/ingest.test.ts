// What the register promises of its sources, on real servers: each event once, none lost, faults noticed.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Change } from '../../../services/register/store/changes.ts';
import { readPositions, rebuildRegister } from '../../../services/register/store/positions.ts';
import { ownName } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import {
  asKafkaOperator,
  cleanUpKafka,
  ownTopic,
  publisherOf,
  type OwnTopic,
} from '../../support/messaging/kafka.ts';
import {
  asOperator,
  cleanUpRabbit,
  connected,
  publishRaw,
  rabbitOf,
} from '../../support/messaging/rabbitmq.ts';
import { goodEnd, newChange, newRun } from '../../support/register/changes.ts';
import {
  announce,
  ownStreams,
  publishUpload,
  startIngest,
  type OwnStreams,
} from '../../support/register/ingest.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

let postgres: OwnPostgres;
beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(() => postgres.close());

let own: OwnStreams;
let topic: OwnTopic;
let rabbit: RabbitConnection;
let groupId: string;
let ingests: ReturnType<typeof startIngest>[] = [];
beforeEach(async () => {
  own = ownStreams();
  topic = ownTopic(2);
  groupId = ownName('register');
  rabbit = rabbitOf(own.topology);
  await connected(rabbit);
});
afterEach(async () => {
  await Promise.all(ingests.map((ingest) => ingest.stop()));
  ingests = [];
  await cleanUpRabbit();
  await cleanUpKafka();
});

function start(reader = rabbitOf(own.topology)) {
  const ingest = startIngest({
    db: postgres.db,
    rabbit: reader,
    streams: own.streams,
    topic,
    groupId,
  });
  ingests.push(ingest);
  return ingest;
}
async function stop(ingest: ReturnType<typeof startIngest>) {
  ingests = ingests.filter((one) => one !== ingest);
  await ingest.stop();
}

const now = () => new Date();
const analysed = (more: Partial<Change> = {}) =>
  newChange({ runs: [newRun(now(), goodEnd(now()))], ...more });
const several = (count: number) => Array.from({ length: count }, () => analysed());

const statesOf = async (changes: readonly Change[]) => {
  const ids = changes.map(({ correlationId }) => correlationId);
  const rows = postgres.db
    .selectFrom('analyses')
    .select('state')
    .where('correlation_id', 'in', ids);
  return (await rows.execute()).map(({ state }) => state);
};
const allCompleted = (changes: readonly Change[]) =>
  eventually(async () => {
    const states = await statesOf(changes);
    return states.length === changes.length && states.every((state) => state === 'COMPLETED');
  });
const positionOf = async (source: string) =>
  (await readPositions(postgres.db)).find((position) => position.source === source);
const applied = async () =>
  (
    await Promise.all(ingests.map((ingest) => ingest.metric('register_events_applied_total')))
  ).reduce((sum, count) => sum + count, 0);

test('two replicas at once apply each event exactly once', async () => {
  const changes = several(300);
  start();
  start();
  const kafka = publisherOf([topic]);
  await Promise.all([
    announce(rabbit, own.streams, changes),
    ...changes.slice(0, 50).map((change) => publishUpload(kafka, topic, change)),
  ]);
  await allCompleted(changes);
  await eventually(async () => (await applied()) >= 650);
  expect(await applied()).toBe(650);
  const uploads = postgres.db.selectFrom('analyses').select('bytes').where('bytes', '=', 7);
  await eventually(async () => (await uploads.execute()).length === 50);
});

test('goes on where it stood, and applies nothing twice', async () => {
  const [before, meanwhile] = [several(20), several(20)];
  const first = start();
  await announce(rabbit, own.streams, before);
  await allCompleted(before);
  await stop(first);
  await announce(rabbit, own.streams, meanwhile);
  const second = start();
  await allCompleted(meanwhile);
  expect(await second.metric('register_events_applied_total')).toBe(40);
  expect(await second.metric('register_gaps_total')).toBe(0);
});

test('an invalid event and one that PostgreSQL refuses are passed over, and keep nothing waiting', async () => {
  const ingest = start();
  const options = { messageId: 'nonsense', headers: { cloudEvents_type: 'analysis.completed' } };
  await publishRaw({ exchange: own.streams.completed.name }, Buffer.from('{}'), options);
  const zero = analysed();
  const [run] = zero.runs;
  const unstorable = { ...goodEnd(now()), reasons: ['a zero byte: \0'] };
  const others = several(5);
  await announce(rabbit, own.streams, [
    { ...zero, runs: [{ ...run, runId: run?.runId ?? '', startedAt: now(), end: unstorable }] },
    ...others,
  ]);
  await allCompleted(others);
  expect(await ingest.metric('register_events_skipped_total', own.streams.completed.name)).toBe(2);
});

test('a stream that is made anew is read from its first message, also where it ends before the stored offset', async () => {
  const changes = several(30);
  const first = start();
  await announce(rabbit, own.streams, changes);
  await allCompleted(changes);
  await stop(first);
  await asOperator((channel) => channel.deleteQueue(own.streams.completed.name));
  await rabbit.declare();
  const late = several(3);
  await announce(rabbit, own.streams, late);
  const second = start();
  await allCompleted(late);
  expect(await second.metric('register_sources_recreated_total', own.streams.completed.name)).toBe(
    1,
  );
  const position = await positionOf(own.streams.completed.name);
  expect(position).toMatchObject({ generation: 1, offset: 2 });
  expect(position?.gapSince).toBeInstanceOf(Date);
});

test('a stream that is made anew and is longer by now is known by another message at the stored offset', async () => {
  const changes = several(3);
  const first = start();
  await announce(rabbit, own.streams, changes);
  await allCompleted(changes);
  await stop(first);
  await asOperator((channel) => channel.deleteQueue(own.streams.completed.name));
  await rabbit.declare();
  const late = several(10);
  await announce(rabbit, own.streams, late);
  start();
  await allCompleted(late);
  expect(await positionOf(own.streams.completed.name)).toMatchObject({ generation: 1, offset: 9 });
});

test('a topic that is made anew is read from its first record', async () => {
  const changes = several(12);
  const first = start();
  const kafka = publisherOf([topic]);
  for (const change of changes) await publishUpload(kafka, topic, change);
  const known = async (some: readonly Change[]) => (await statesOf(some)).length === some.length;
  await eventually(() => known(changes));
  await stop(first);
  await asKafkaOperator((admin) => admin.deleteTopics({ topics: [topic.topic] }));
  await eventually(() =>
    asKafkaOperator((admin) =>
      admin.createTopics({
        topics: [
          {
            topic: topic.topic,
            numPartitions: topic.partitions,
            configEntries: [{ name: 'retention.ms', value: String(topic.retentionMs) }],
          },
        ],
      }),
    ),
  );
  const late = several(30);
  const again = publisherOf([topic]);
  for (const change of late) await publishUpload(again, topic, change);
  start();
  await eventually(() => known(late), { within: 60_000 });
});

test('what Kafka still holds is read again where the rows and positions of a topic are lost', async () => {
  const changes = several(12);
  const first = start();
  const kafka = publisherOf([topic]);
  for (const change of changes) await publishUpload(kafka, topic, change);
  const known = async () => (await statesOf(changes)).length === changes.length;
  await eventually(known);
  await stop(first);
  const { admin } = postgres;
  const ids = changes.map(({ correlationId }) => correlationId);
  await admin.deleteFrom('analyses').where('correlation_id', 'in', ids).execute();
  await admin.deleteFrom('positions').where('source', 'like', `${topic.topic}/%`).execute();
  start();
  await eventually(known, { within: 60_000 });
});

test('PostgreSQL killed under load: it waits, says nothing is lost, and nothing is', async () => {
  const changes = several(200);
  start();
  const announcing = announce(rabbit, own.streams, changes);
  await eventually(async () => (await statesOf(changes)).length > 20);
  await postgres.kill();
  await announcing;
  await postgres.start();
  await allCompleted(changes);
});

test('rebuilding reads everything again and leaves what owners have said', async () => {
  const changes = several(10);
  const ingest = start();
  await announce(rabbit, own.streams, changes);
  await allCompleted(changes);
  const [deleted, corrected] = changes.map(({ correlationId, owner }) => ({
    correlation_id: correlationId,
    owner,
  }));
  if (deleted === undefined || corrected === undefined) throw new Error('no changes');
  const { db } = postgres;
  await db
    .insertInto('deletions')
    .values({ ...deleted, deleted_at: now() })
    .execute();
  const says = { ...corrected, brand: 'Volvo', type: null, model: null, corrected_at: now() };
  await db.insertInto('corrections').values(says).execute();
  const ids = changes.map(({ correlationId }) => correlationId);
  await db.deleteFrom('analyses').where('correlation_id', 'in', ids).execute();
  await rebuildRegister(db);
  await eventually(async () => (await ingest.metric('register_events_applied_total')) === 40);
  await allCompleted(changes.slice(1));
  expect(await statesOf(changes.slice(0, 1))).toEqual([]);
  const kept = db
    .selectFrom('corrections')
    .select('brand')
    .where('correlation_id', '=', corrected.correlation_id);
  expect(await kept.execute()).toEqual([{ brand: 'Volvo' }]);
});
