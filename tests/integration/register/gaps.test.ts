// Events that a stream has lost are filled in from the runs of a real Temporal.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readPositions } from '../../../services/register/store/positions.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { startAnalysis } from '../../../workers/orchestrator/intake/start-analysis.ts';
import { problem } from '../../support/harness/adapter-stub.ts';
import { ownName } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { openWorkflowHarness, type WorkflowHarness } from '../../support/harness/workflows.ts';
import { cleanUpKafka, ownTopic } from '../../support/messaging/kafka.ts';
import { cleanUpRabbit, connected, rabbitOf } from '../../support/messaging/rabbitmq.ts';
import { goodEnd, newChange, newRun } from '../../support/register/changes.ts';
import { announce, ownStreams, startIngest } from '../../support/register/ingest.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

let harness: WorkflowHarness;
let postgres: OwnPostgres;
beforeAll(async () => {
  [harness, postgres] = await Promise.all([openWorkflowHarness(), openPostgres()]);
});
const ingests = new Set<ReturnType<typeof startIngest>>();
const start = (settings: Parameters<typeof startIngest>[0]) => {
  const ingest = startIngest(settings);
  ingests.add(ingest);
  return ingest;
};
const stop = async (ingest: ReturnType<typeof startIngest>) => {
  ingests.delete(ingest);
  await ingest.stop();
};
afterAll(async () => {
  await Promise.all([...ingests].map(stop));
  await harness.close();
  await postgres.close();
  await cleanUpRabbit();
  await cleanUpKafka();
});

const analysed = () => newChange({ runs: [newRun(new Date(), goodEnd(new Date()))] });
const several = (count: number) => Array.from({ length: count }, analysed);

async function analyse(photo: AnalysisInput): Promise<AnalysisInput> {
  await startAnalysis(harness.temporal, photo);
  await harness
    .handle(photo)
    .result()
    .catch(() => undefined);
  return photo;
}

const rowOf = ({ correlationId }: AnalysisInput) =>
  postgres.db
    .selectFrom('analyses')
    .selectAll()
    .where('correlation_id', '=', correlationId)
    .executeTakeFirst();

test('a stream that has lost messages is noticed, and what they told is filled in from Temporal', async () => {
  const own = ownStreams({
    'x-max-length-bytes': 20_000,
    'x-stream-max-segment-size-bytes': 5_000,
  });
  const rabbit = rabbitOf(own.topology);
  await connected(rabbit);
  const settings = {
    ...{ db: postgres.db, rabbit: rabbitOf(own.topology), temporal: harness.temporal },
    ...{ streams: own.streams, topic: ownTopic(1), groupId: ownName('register') },
  };
  const isWhole = () =>
    eventually(async () => {
      const positions = await readPositions(postgres.db);
      return positions.length >= 2 && positions.every(({ gapSince }) => gapSince === undefined);
    });

  const before = await analyse(harness.photo());
  const first = start(settings);
  await announce(rabbit, own.streams, several(5));
  await eventually(async () => (await first.metric('register_events_applied_total')) === 10);
  await isWhole();
  expect(await rowOf(before)).toMatchObject({ state: 'COMPLETED', checksum: before.checksum }); // of before the register
  await stop(first);

  const refused = harness.photo();
  harness.adapterAnswers(refused.correlationId, problem(422, 'OBJECT_CHANGED'));
  const [lost] = await Promise.all([analyse(harness.photo()), analyse(refused)]);
  const last = several(200);
  await announce(rabbit, own.streams, last); // pushes what stood before out of the streams
  const second = start(settings);
  await eventually(async () => (await rowOf(lost)) !== undefined);
  await isWhole();
  expect(await second.metric('register_gaps_total')).toBe(2);
  await eventually(() => Object.keys(second.warnings()).length === 0);
  expect(await rowOf(lost)).toMatchObject({
    ...{ owner: lost.owner, state: 'COMPLETED', brand: 'Caterpillar', checksum: lost.checksum },
  });
  expect(await rowOf(refused)).toMatchObject({
    state: 'FAILED',
    failure: { code: 'OBJECT_CHANGED' },
  });
});
