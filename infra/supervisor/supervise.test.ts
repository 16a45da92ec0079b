// One service through its states, on runs that live in memory: whatever comes at whatever moment.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Run, Service } from '../stack/service.ts';
import { openStack } from '../stack/stack.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { withTimeout } from '../../platform/with-timeout.ts';
import { supervise } from './supervise.ts';

const stack = openStack('test', mkdtempSync(join(tmpdir(), 'supervise ')));
const times = { restartAfterMs: 6, readyTimeoutMs: 60, graceMs: 100 };

/** A service whose runs are counted; each takes a moment to start, to answer and to stop. */
function trial(rows: { [Row in keyof Service]?: Service[Row] | undefined } = {}) {
  const living = new Set<object>();
  const seen = {
    most: 0,
    started: 0,
    environments: [] as unknown[],
    lines: [] as string[],
    answers: true,
    stops: true,
  };
  const crash: (() => void)[] = [];
  const start: Service['start'] = async (_stack, { environment }) => {
    await delay(2);
    seen.environments.push(environment);
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    const self = {};
    living.add(self);
    seen.started += 1;
    seen.most = Math.max(seen.most, living.size);
    const end = (how: string) => {
      living.delete(self);
      resolve(how);
    };
    crash.push(() => end('SIGKILL'));
    const run: Run = {
      handle: { project: 'trial' },
      ended,
      stop: async () => {
        await delay(3);
        if (!seen.stops) throw new Error('no answer from the engine');
        end('exit code 0');
        return 'stopped';
      },
      kill: () => {
        end('SIGKILL');
        return Promise.resolve();
      },
      freeze: () => Promise.resolve(),
      thaw: () => Promise.resolve(),
    };
    return run;
  };
  const service: Service = {
    name: 'graph-gateway',
    role: 'process',
    needs: [],
    ports: ['graph-gateway'],
    url: () => 'http://127.0.0.1:1',
    prepare: () => ({ command: '/no/such/command', args: [], cwd: stack.folder, env: {} }),
    start,
    ready: async () => {
      await delay(2);
      if (living.size === 0 || !seen.answers) throw new Error('no answer yet');
    },
    ...rows,
  } as Service;
  const watcher = { changed: () => undefined, log: (line: string) => seen.lines.push(line) };
  const supervised = supervise(service, stack, watcher, times);
  return { supervised, seen, living, crash: () => crash.at(-1)?.() };
}

const failure = (message: RegExp) => ({
  code: 'USER_ERROR',
  message: expect.stringMatching(message),
});

test('a service that cannot be spawned is failed, and starts once it can be', async () => {
  const { supervised } = trial({ start: undefined });
  await expect(supervised.start()).rejects.toMatchObject(
    failure(/^graph-gateway: not started: .*ENOENT/),
  );
  expect(supervised.state).toBe('failed');
  await expect(supervised.start()).rejects.toMatchObject(failure(/ENOENT/));
  await supervised.stop();
  expect(supervised.state).toBe('stopped');
});

test('a service that is not ready in time is stopped: the next start has the only run', async () => {
  const { supervised, seen, living } = trial();
  seen.answers = false;
  await expect(supervised.start()).rejects.toMatchObject(failure(/not ready in time \(no answer/));
  expect([supervised.state, living.size]).toEqual(['failed', 0]);
  seen.answers = true;
  await supervised.start();
  expect([supervised.state, seen.started, seen.most]).toEqual(['ready', 2, 1]);
  await supervised.stop();
  expect(living.size).toBe(0);
});

test('a start that a stop overtakes is aborted, not reported as started', async () => {
  const { supervised, seen, living } = trial();
  seen.answers = false;
  const starting = supervised.start();
  const outcome = expect(starting).rejects.toMatchObject({ name: 'AbortError' });
  await eventually(() => living.size === 1);
  await supervised.stop();
  await outcome;
  expect([supervised.state, living.size]).toEqual(['stopped', 0]);
});

test('two starts of a failed service are one', async () => {
  const { supervised, seen } = trial();
  seen.answers = false;
  await expect(supervised.start()).rejects.toMatchObject(failure(/not ready in time/));
  seen.answers = true;
  await withTimeout(
    5_000,
    Promise.all([supervised.start(), supervised.start()]),
    () => new Error('a start hangs'),
  );
  expect([supervised.state, seen.started]).toEqual(['ready', 2]);
  await supervised.stop();
});

test('a start that a restart overtakes ends as the restart does', async () => {
  const { supervised, seen, living } = trial();
  seen.answers = false;
  const starting = supervised.start();
  await eventually(() => living.size === 1);
  const restarting = supervised.restart();
  await eventually(() => seen.started === 2);
  seen.answers = true;
  await Promise.all([starting, restarting]);
  expect([supervised.state, seen.most]).toEqual(['ready', 1]);

  await supervised.stop();
  seen.answers = false;
  const failing = [supervised.start(), supervised.restart()];
  for (const outcome of await Promise.allSettled(failing))
    expect(outcome).toMatchObject({ reason: failure(/not ready in time/) });
});

test('the last of restarts at once decides the environment, and all of them wait for it', async () => {
  const { supervised, seen } = trial();
  await supervised.start();
  const order = ['first', 'second', 'third'];
  await Promise.all(order.map((ORDER) => supervised.restart({ environment: { ORDER } })));
  expect(seen.environments.at(-1)).toEqual({ ORDER: 'third' });
  expect([supervised.state, seen.most]).toEqual(['ready', 1]);
  await supervised.stop();
});

test('a run that ends while it is being found ready is one that ended, and starts again', async () => {
  let first = true;
  const { supervised, seen, crash } = trial({
    afterReady: async () => {
      if (first) crash();
      first = false;
      await delay(1);
    },
  });
  await supervised.start();
  expect([supervised.state, seen.started]).toEqual(['ready', 2]);
  await supervised.stop();
});

test('a run that cannot be stopped is failed and listed; no second one is started beside it', async () => {
  const { supervised, seen, living } = trial();
  await supervised.start();
  seen.stops = false;
  await supervised.stop();
  expect([supervised.state, supervised.handle]).toEqual(['failed', { project: 'trial' }]);
  await expect(supervised.start()).rejects.toMatchObject(failure(/former run cannot be stopped/));
  expect([seen.most, living.size]).toEqual([1, 1]);
  seen.stops = true;
  await supervised.start();
  expect([supervised.state, seen.most]).toEqual(['ready', 1]);
  await supervised.stop();
});

test('waiting for a stopped service is refused with the remedy', async () => {
  const { supervised } = trial();
  const refused = failure(/not running: start it first/);
  await expect(supervised.whenReady()).rejects.toMatchObject(refused);
  await supervised.start();
  await supervised.stop();
  await expect(supervised.whenReady()).rejects.toMatchObject(refused);
  await expect(supervised.kill()).rejects.toMatchObject(refused);
});

const step = fc.record({
  act: fc.constantFrom('start', 'stop', 'restart', 'kill', 'crash', 'silence', 'answer'),
  afterMs: fc.integer({ min: 0, max: 12 }),
});

test('has one run at most whatever comes when, ends every call, and the last order counts', async () => {
  const anySteps = fc.array(step, { minLength: 1, maxLength: 12 });
  const property = fc.asyncProperty(anySteps, fc.boolean(), async (steps, up) => {
    const { supervised, seen, living, crash } = trial();
    const calls: Promise<unknown>[] = [];
    const acts = {
      start: () => supervised.start(),
      stop: () => supervised.stop(),
      restart: () => supervised.restart(),
      kill: () => supervised.kill(),
      crash: async () => Promise.resolve(crash()),
      silence: async () => Promise.resolve(void (seen.answers = false)),
      answer: async () => Promise.resolve(void (seen.answers = true)),
    };
    for (const { act, afterMs } of steps) {
      calls.push(acts[act]());
      calls.at(-1)?.catch(() => undefined); // looked at when all have ended
      await delay(afterMs);
    }
    seen.answers = true; // what once was ready is never given up
    const hangs = () => new Error('a call hangs');
    const settled = await withTimeout(5_000, Promise.allSettled(calls), hangs);
    for (const outcome of settled)
      if (outcome.status === 'rejected')
        expect(String(outcome.reason)).toMatch(/AbortError|not running|not ready in time|ended 3/);
    const last = up ? supervised.start().catch(() => supervised.start()) : supervised.stop();
    await last;
    if (up) await supervised.whenReady();
    expect([supervised.state, living.size]).toEqual(up ? ['ready', 1] : ['stopped', 0]);
    expect(supervised.handle === undefined).toBe(!up);
    expect(seen.most).toBeLessThanOrEqual(1);
    await supervised.stop();
    expect([supervised.state, living.size]).toEqual(['stopped', 0]);
  });
  await fc.assert(property, { numRuns: 60, endOnFailure: true });
}, 60_000);
