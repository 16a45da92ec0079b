// tu-register-service as its own process: killed while it writes, and left without its database.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { rabbitTopology, streamQueues } from '../../../contracts/topology.ts';
import { connectRabbit, type RabbitConnection } from '../../../platform/rabbitmq/rabbitmq.ts';
import { readPositions } from '../../../services/register/store/positions.ts';
import { logger, rabbitUrl, testStack } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { startProcess, type TestProcess } from '../../support/harness/process.ts';
import { connected } from '../../support/messaging/rabbitmq.ts';
import { openVirtualHost } from '../../support/messaging/rabbitmq-management.ts';
import { goodEnd, newChange, newRun } from '../../support/register/changes.ts';
import { announce } from '../../support/register/ingest.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

const refusing = '127.0.0.1:1'; // nothing listens on port 1: the register reads streams without Kafka and Temporal
const streams = {
  started: { name: streamQueues.started.exchange },
  completed: { name: streamQueues.completed.exchange },
};

let postgres: OwnPostgres;
let host: Awaited<ReturnType<typeof openVirtualHost>>;
let rabbit: RabbitConnection;
let running: TestProcess | undefined;
beforeEach(async () => {
  [postgres, host] = await Promise.all([
    openPostgres(),
    testStack().then((stack) => openVirtualHost(stack, rabbitUrl)),
  ]);
  rabbit = connectRabbit({ url: host.url, name: 'test', topology: rabbitTopology, logger });
  await connected(rabbit);
});
afterEach(async () => {
  await running?.kill();
  await rabbit.close();
  await Promise.all([postgres.close(), host.close()]);
});

const start = async () =>
  (running = await startProcess('services/register', {
    ...{ DATABASE_URL: postgres.url, RABBITMQ_URL: host.url },
    ...{ KAFKA_BROKERS: refusing, TEMPORAL_ADDRESS: refusing },
  }));

const several = (count: number) =>
  Array.from({ length: count }, () =>
    newChange({ runs: [newRun(new Date(), goodEnd(new Date()))] }),
  );
const count = async (table: 'analyses' | 'runs') => {
  const { rows } = await sql<{ count: string }>`select count(*) from ${sql.table(table)}`.execute(
    postgres.db,
  );
  return Number(rows[0]?.count);
};
const completedPosition = async () =>
  (await readPositions(postgres.db)).find(({ source }) => source === streamQueues.completed.name)
    ?.offset;

test('killed in the middle of a batch, it has written all of it or nothing, and the next one goes on from there', async () => {
  const register = await start();
  const first = several(20);
  await announce(rabbit, streams, first);
  await eventually(async () => (await completedPosition()) === 19);
  const second = several(50);
  await postgres.admin.transaction().execute(async (trx) => {
    await sql`lock table words in access exclusive mode`.execute(trx); // the last thing that a batch writes
    await announce(rabbit, streams, second);
    const waiting = sql<{
      count: string;
    }>`select count(*) from pg_locks where not granted and relation = 'words'::regclass`;
    await eventually(async () => (await waiting.execute(trx)).rows[0]?.count !== '0');
    await register.kill();
  });
  expect(await completedPosition()).toBe(19);
  const late = several(5);
  await announce(rabbit, streams, late);
  await start();
  await eventually(async () => (await completedPosition()) === 74);
  await eventually(async () => (await count('runs')) === 75);
  expect(await count('analyses')).toBe(75);
  const unfinished = postgres.db
    .selectFrom('analyses')
    .select('state')
    .where('state', '<>', 'COMPLETED');
  expect(await unfinished.execute()).toEqual([]);
});

test('without PostgreSQL it is not ready, lives on, and has written everything once it is back', async () => {
  await postgres.kill();
  const register = await start();
  const away = await register.health('/readyz');
  expect(away.status).toBe(503);
  expect(away.checks['postgresql']).toContain('ECONNREFUSED');
  const changes = several(30);
  await announce(rabbit, streams, changes);
  expect((await register.health('/livez')).status).toBe(200);
  await postgres.start();
  await eventually(async () => (await count('analyses')) === 30);
  await eventually(async () => (await register.health('/readyz')).status === 200);
  const isSaid = async () =>
    'gap in graph.subs.started' in ((await register.health('/readyz')).warnings ?? {});
  await eventually(isSaid); // of the time before the register there is only Temporal, which is away
  expect(await register.stop()).toBe(0);
});
