import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countCalls } from './count-calls.ts';
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
  const { vision, calls } = countCalls(await server.client());
  const call = () => vision.batchAnnotateImages({ requests: [] }, { retry: null, timeout: 5_000 });
  await call();
  await expect(call()).rejects.toMatchObject({ code: 8 });
  await expect(call()).rejects.toMatchObject({ code: 8 });
  const { values } = await calls.get();
  expect(values.map(({ labels, value }) => [labels['status'], value])).toEqual([
    ['OK', 1],
    ['RESOURCE_EXHAUSTED', 2],
  ]);
});
