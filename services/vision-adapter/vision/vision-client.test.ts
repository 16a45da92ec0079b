import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { assertProvider, connectVision, countCalls } from './vision-client.ts';
import {
  startVisionServer,
  type Answer,
  type VisionServer,
} from '../../../tests/support/vision/vision-server.ts';

let server: VisionServer;
let answers = 0;
beforeAll(async () => {
  server = await startVisionServer((): Answer =>
    (answers += 1) === 1 ? {} : { fails: { code: 8, details: 'no quota' } },
  );
});
afterAll(() => server.stop());

test('counts every call by the status it ended with', async () => {
  const registry = new Registry();
  const vision = countCalls(await server.client(), registry);
  const call = () => vision.batchAnnotateImages({ requests: [] }, { retry: null, timeout: 5_000 });
  await call();
  await expect(call()).rejects.toMatchObject({ code: 8 });
  await expect(call()).rejects.toMatchObject({ code: 8 });
  const metrics = await registry.metrics();
  expect(metrics).toContain('vision_calls_total{status="OK"} 1');
  expect(metrics).toContain('vision_calls_total{status="RESOURCE_EXHAUSTED"} 2');
});

test('refuses a VISION_PROVIDER that does not fit VISION_ENDPOINT', () => {
  expect(() => assertProvider('google-cloud-vision', '127.0.0.1:4200')).toThrow('VISION_PROVIDER');
  expect(() => assertProvider('local-ocr', undefined)).toThrow('VISION_ENDPOINT');
  assertProvider('google-cloud-vision', undefined);
  assertProvider('local-ocr', '127.0.0.1:4200');
});

test('refuses plaintext to another machine unless it is allowed', async () => {
  await expect(
    connectVision({ endpoint: 'vision.example:4200', plaintext: false }),
  ).rejects.toThrow('VISION_PLAINTEXT');
});
