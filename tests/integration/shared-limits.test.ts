// What several gateways count together, on a real Redis; the stack runs without one, so the machine may
// lack it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createMutationLimit, type MutationLimit } from '../../gateway/limits/limit-mutations.ts';
import { createUploadLimit, type UploadLimit } from '../../gateway/limits/limit-uploads.ts';
import { connectRedis, type RedisCounters } from '../../gateway/limits/redis.ts';
import { freePort } from '../../infra/supervisor/preflight.ts';
import { silentLogger } from '../../platform/logger.ts';
import { eventually } from '../support/harness/eventually.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const withRedis = hasRedis ? test : test.skip; // skipped: install redis-server to run it

const connections: RedisCounters[] = [];
const servers: ChildProcess[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.stop();
  for (const server of servers.splice(0)) server.kill('SIGKILL');
});

async function startRedis(port: number): Promise<ChildProcess> {
  const server = spawn('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
  ]);
  servers.push(server);
  await eventually(() => answers(port));
  return server;
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });

function connected(port: number): RedisCounters {
  const redis = connectRedis(`redis://127.0.0.1:${port}`, silentLogger());
  connections.push(redis);
  return redis;
}

const replica = (port: number): MutationLimit =>
  createMutationLimit({ perMinute: 6, redis: connected(port), onRejected: () => undefined });

/** How many of so many tries were let through. */
async function passed(replicas: readonly MutationLimit[], owner: string, tries: number) {
  let count = 0;
  for (let n = 0; n < tries; n += 1)
    count += await (replicas[n % replicas.length] as MutationLimit).take(owner, 1).then(
      () => 1,
      (refusal: unknown) => {
        expect(refusal).toMatchObject({ status: 429, code: 'TOO_MANY_MUTATIONS' });
        return 0;
      },
    );
  return count;
}

withRedis('limits a user over all replicas to the limit of one', async () => {
  const port = await freePort();
  await startRedis(port);
  const replicas = [replica(port), replica(port), replica(port)];
  await eventually(async () => (await passed(replicas, `warm-up-${Math.random()}`, 9)) === 6);
  expect(await passed(replicas, 'mallory', 30)).toBe(6);
  expect(await passed(replicas, 'ada', 3)).toBe(3);
});

withRedis('counts in each replica without Redis, and together once it is back', async () => {
  const port = await freePort();
  const replicas = [replica(port), replica(port)];
  expect(await passed(replicas, 'early', 20)).toBe(12); // never there yet
  const server = await startRedis(port);
  await eventually(async () => (await passed(replicas, `back-${Math.random()}`, 12)) === 6, {
    within: 20_000,
  });
  server.kill('SIGKILL');
  await once(server, 'exit');
  expect(await passed(replicas, 'without', 20)).toBe(12);
  await startRedis(port);
  await eventually(async () => (await passed(replicas, `again-${Math.random()}`, 12)) === 6, {
    within: 20_000,
  });
});

withRedis('limits the photos of one day over all replicas to the byte', async () => {
  const port = await freePort();
  await startRedis(port);
  const codes: string[] = [];
  const uploads = [1, 2, 3].map(() =>
    createUploadLimit({
      uploadsPerDay: 50,
      bytesPerDay: 1_000,
      redis: connected(port),
      onRejected: (code) => codes.push(code),
    }),
  );
  const takeAll = async (owner: string, sizes: readonly number[]) => {
    const takes = sizes.map((bytes, n) =>
      (uploads[n % uploads.length] as UploadLimit).take(owner, bytes),
    );
    return (await Promise.allSettled(takes)).filter(({ status }) => status === 'fulfilled').length;
  };
  await eventually(async () => (await takeAll(`warm-up-${Math.random()}`, [999, 999, 999])) === 1);
  codes.length = 0;
  expect(await takeAll('ada', Array<number>(40).fill(99))).toBe(10);
  expect(await takeAll('ada', [11])).toBe(0);
  expect(await takeAll('ada', [10, 1])).toBe(1); // what was refused left the count as it was
  expect(await takeAll('bob', Array<number>(90).fill(1))).toBe(50);
  expect(new Set(codes.slice(0, 32))).toEqual(new Set(['DAILY_BYTES_EXHAUSTED']));
  expect(codes.at(-1)).toBe('DAILY_UPLOADS_EXHAUSTED');
});
