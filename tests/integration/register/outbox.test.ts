// What owners say reaches the stream: in order, none lost, also by a register that is killed or has no RabbitMQ.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { actorHeader, correctionSchema } from '../../../contracts/acts.ts';
import { ownerHeader } from '../../../contracts/rest.ts';
import { exchanges } from '../../../contracts/topology.ts';
import { applyChanges } from '../../../services/register/store/apply-changes.ts';
import type { Change } from '../../../services/register/store/changes.ts';
import { rabbitUrl, testStack } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { internalToken, startProcess, type TestProcess } from '../../support/harness/process.ts';
import { recordExchanges, type ExchangeRecorder } from '../../support/messaging/rabbitmq.ts';
import { openVirtualHost } from '../../support/messaging/rabbitmq-management.ts';
import { goodEnd, newChange, newRun } from '../../support/register/changes.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

const refusing = '127.0.0.1:1'; // nothing listens on port 1

let postgres: OwnPostgres;
let host: Awaited<ReturnType<typeof openVirtualHost>>;
let recorder: ExchangeRecorder;
let registers: TestProcess[] = [];
beforeEach(async () => {
  [postgres, host] = await Promise.all([
    openPostgres(),
    testStack().then((stack) => openVirtualHost(stack, rabbitUrl)),
  ]);
  recorder = await recordExchanges([exchanges.analysisChanged], host.url);
});
afterEach(async () => {
  await Promise.all(registers.splice(0).map((register) => register.kill()));
  await recorder.stop();
  await Promise.all([postgres.close(), host.close()]);
});

async function start(url = host.url): Promise<TestProcess> {
  const register = await startProcess('services/register', {
    ...{ DATABASE_URL: postgres.url, RABBITMQ_URL: url },
    ...{ KAFKA_BROKERS: refusing, TEMPORAL_ADDRESS: refusing },
  });
  registers.push(register);
  return register;
}
async function kill(register: TestProcess) {
  registers = registers.filter((one) => one !== register);
  await register.kill();
}

async function ended(): Promise<Change> {
  const change = newChange({ runs: [newRun(new Date(), goodEnd(new Date()))] });
  await postgres.db.transaction().execute((trx) => applyChanges(trx, [change]));
  return change;
}

function act(
  register: TestProcess,
  { correlationId, owner }: Change,
  method: 'PUT' | 'DELETE',
  brand?: string,
) {
  const path = `/v1/analyses/${correlationId}${method === 'PUT' ? '/correction' : ''}`;
  return fetch(register.url + path, {
    method,
    headers: {
      ...{ authorization: `Bearer ${internalToken}`, 'content-type': 'application/json' },
      ...{ [ownerHeader]: owner, [actorHeader]: `owner:${owner}` },
    },
    body: method === 'PUT' ? JSON.stringify({ brand, type: null, model: null }) : null,
  });
}
const brandsOf = ({ correlationId }: Change) =>
  recorder
    .about(correlationId)
    .map(({ body }) => (JSON.parse(body.toString()) as { brand?: string }).brand ?? 'deleted');
const waiting = async () => (await postgres.db.selectFrom('outbox').select('id').execute()).length;

/** What was confirmed cannot be noted as published. */
const holdDeletes = `
  create function hold() returns trigger language plpgsql as 'begin perform pg_sleep(60); return old; end';
  create trigger hold before delete on outbox for each row execute function hold()`;

test('killed between the confirm and its note, it repeats the event under the same id, and loses none', async () => {
  const register = await start();
  const change = await ended();
  await postgres.runAsAdmin(holdDeletes);
  expect((await act(register, change, 'PUT', 'Volvo')).status).toBe(200);
  await eventually(() => brandsOf(change).length === 1);
  await kill(register);
  const sleeping = `wait_event = 'PgSleep'`;
  await postgres.runAsAdmin(
    `select pg_terminate_backend(pid) from pg_stat_activity where ${sleeping}`,
  );
  await postgres.runAsAdmin('drop trigger hold on outbox');
  await start();
  await eventually(async () => (await waiting()) === 0);
  const ids = recorder.about(change.correlationId).map(({ messageId }) => messageId);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test('two replicas publish every event once, those of one analysis in their order', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  const changes = await Promise.all(Array.from({ length: 10 }, () => ended()));
  const brands = Array.from({ length: 10 }, (_, number) => `brand ${number}`);
  await Promise.all(
    changes.map(async (change, index) => {
      for (const [number, brand] of brands.entries())
        await act((index + number) % 2 === 0 ? one : other, change, 'PUT', brand);
      await act(one, change, 'DELETE');
    }),
  );
  await eventually(async () => (await waiting()) === 0);
  for (const change of changes)
    await eventually(() => expect(brandsOf(change)).toEqual([...brands, 'deleted']));
});

test('without RabbitMQ it takes what owners say, and publishes it once it is back', async () => {
  const url = new URL(host.url);
  url.port = '1';
  const register = await start(url.href);
  const change = await ended();
  const answer = await act(register, change, 'PUT', 'Volvo');
  expect(correctionSchema.parse(await answer.json()).brand).toBe('Volvo');
  expect(await waiting()).toBe(1);
  await kill(register);
  await start();
  await eventually(() => expect(brandsOf(change)).toEqual(['Volvo']));
  await eventually(async () => (await waiting()) === 0);
});

test('restored from a backup of before, it learns again from the stream what owners had said since', async () => {
  const register = await start();
  const [corrected, deleted] = [await ended(), await ended()];
  await act(register, corrected, 'PUT', 'Volvo');
  await act(register, deleted, 'DELETE');
  await eventually(() => brandsOf(corrected).length + brandsOf(deleted).length === 2);
  await kill(register);
  const { db } = postgres;
  for (const table of ['corrections', 'deletions', 'positions', 'analyses', 'outbox'] as const)
    await db.deleteFrom(table).execute();
  await db.transaction().execute((trx) => applyChanges(trx, [corrected, deleted]));
  await start();
  await eventually(async () => {
    const rows = await db.selectFrom('analyses').select(['correlation_id', 'brand']).execute();
    expect(rows).toEqual([{ correlation_id: corrected.correlationId, brand: 'Volvo' }]);
  });
  const tombstones = await db.selectFrom('deletions').select('correlation_id').execute();
  expect(tombstones).toEqual([{ correlation_id: deleted.correlationId }]);
});
