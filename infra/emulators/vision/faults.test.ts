import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Hono } from 'hono';
import { Registry } from 'prom-client';
import { pick } from '../../../contracts/settings.ts';
import { readConfig } from '../../../platform/config.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { createApp } from './app.ts';
import { createFaults, withFaultOrders } from './faults.ts';
import { serveVision, type VisionServer } from './serve-vision.ts';
import { connectTestClient, textOf } from '../../../tests/support/vision/vision-client.ts';

let server: VisionServer;
let client: ReturnType<typeof connectTestClient>;
let app: Hono;

beforeEach(async () => {
  const health = createHealth({});
  const faults = createFaults({ registry: health.registry, cutCalls: () => server.cutCalls() });
  server = await serveVision({
    annotate: faults.around(() =>
      Promise.resolve({ responses: [{ fullTextAnnotation: { text: 'VOLVO' } }] }),
    ),
    logger: silentLogger(),
    registry: new Registry(),
    host: '127.0.0.1',
    port: 0,
  });
  client = connectTestClient(server.port);
  app = createApp({ health, logger: silentLogger(), faults });
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

async function order(...faults: unknown[]): Promise<number> {
  const answer = await app.request('/faults', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  return answer.status;
}
const call = async (timeout?: number) => (await client.annotate([{}], timeout))[0];
const codeOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'answered',
    (error: unknown) => (error as { code: number }).code,
  );

describe('faults on demand', () => {
  test('lets calls pass when no fault is ordered', async () => {
    expect(textOf(await call())).toBe('VOLVO');
  });

  test('fails as many calls as ordered with the code, then answers again', async () => {
    expect(await order({ failNext: 'UNAVAILABLE', count: 2 })).toBe(200);
    expect([await codeOf(call()), await codeOf(call()), await codeOf(call())]).toEqual([
      14,
      14,
      'answered',
    ]);
  });

  test('takes a code by its number, with a message', async () => {
    await order({ failNext: 7, message: 'billing is off' });
    await expect(call()).rejects.toMatchObject({ code: 7, details: 'billing is off' });
  });

  test('delays a call past its deadline, and answers one that waits longer', async () => {
    await order({ delayNext: 500 });
    expect(await codeOf(call(100))).toBe(4);
    await order({ delayNext: 50 });
    expect(textOf(await call())).toBe('VOLVO');
  });

  test('holds a hanging call until its deadline', async () => {
    await order({ hangNext: true });
    expect(await codeOf(call(100))).toBe(4);
  });

  test('cancels a call in the middle, and answers the next', async () => {
    await order({ cutNext: true });
    expect([1, 14]).toContain(await codeOf(call()));
    expect(textOf(await call())).toBe('VOLVO');
  });

  test('refuses calls beyond the quota with the RESOURCE_EXHAUSTED text of Vision', async () => {
    await order({ quotaPerMinute: 2 });
    await call();
    await call();
    await expect(call()).rejects.toMatchObject({
      code: 8,
      details: expect.stringMatching(/^Quota exceeded for quota metric 'Requests'/),
    });
  });

  test('fails a share of the calls, the same ones for the same seed', async () => {
    const run = async () => {
      await app.request('/faults?seed=7', { method: 'DELETE' });
      await order({ failShare: 0.5 });
      const codes = [];
      for (let calls = 0; calls < 12; calls += 1) codes.push(await codeOf(call()));
      return codes;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set(['answered', 14]));
    expect(await run()).toEqual(first);
  });

  test('fails or empties an image while its call succeeds', async () => {
    await order({ imageErrorNext: 'INTERNAL' });
    expect((await call())?.error).toMatchObject({ code: 13 });
    await order({ emptyNext: true });
    expect(await call()).toMatchObject({ fullTextAnnotation: null, error: null });
  });

  test('words a message over the limit differently from an exhausted quota', async () => {
    await order({ overLimitNext: true });
    await expect(call()).rejects.toMatchObject({
      code: 8,
      details: expect.stringMatching(/^Received message larger than max/),
    });
    expect(textOf(await call())).toBe('VOLVO');
  });

  test('refuses an unknown fault order and says what is wrong', async () => {
    expect(await order({ explode: true })).toBe(422);
    expect(await order({ failNext: 'SOMETIMES' })).toBe(422);
    expect(await order({ delayNext: -1 })).toBe(422);
    expect(await (await app.request('/faults')).json()).toEqual({});
  });

  test('serves no /faults route unless LOCAL_VISION_FAULTS is set', async () => {
    const quiet = createApp({
      health: createHealth({}),
      logger: silentLogger(),
      faults: undefined,
    });
    expect((await quiet.request('/faults')).status).toBe(404);
    expect((await quiet.request('/livez')).status).toBe(200);
  });
});

describe('faults by configuration', () => {
  const settings = withFaultOrders(pick('LOCAL_VISION_FAULT_ORDERS'));
  const read = (orders: string) =>
    readConfig(settings, { LOCAL_VISION_FAULT_ORDERS: orders }).LOCAL_VISION_FAULT_ORDERS;

  test('applies configured faults from the first call on', async () => {
    const orders = read('[{"failNext": "UNAVAILABLE"}, {"latency": 1, "jitter": 1}]');
    const faults = createFaults({
      registry: new Registry(),
      cutCalls: () => undefined,
      orders,
    });
    const annotate = faults.around(() => Promise.resolve({ responses: [] }));
    const { signal } = new AbortController();
    await expect(annotate({}, signal)).rejects.toMatchObject({ code: 14 });
    expect(await annotate({}, signal)).toEqual({ responses: [] });
  });

  test('orders no fault by default', () => {
    expect(readConfig(settings, {}).LOCAL_VISION_FAULT_ORDERS).toEqual([]);
  });

  test('refuses to start with unknown faults or invalid JSON, and says what is wrong', () => {
    expect(() => read('[{"explode": true}]')).toThrow('unknown fault: name one of latency');
    expect(() => read('[{"failNext"]')).toThrow('LOCAL_VISION_FAULT_ORDERS');
  });
});
