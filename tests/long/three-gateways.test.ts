// A rolling restart under load, and worse, received by four kinds of clients.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectStack, type StackControl } from '../../infra/supervisor/control-client.ts';
import { gateways, tryThreeGateways } from '../support/three-gateways/trial.ts';

let stack: StackControl;
beforeAll(async () => {
  stack = await connectStack('test');
  await Promise.all(gateways.slice(1).map((name) => stack.start(name)));
});
afterAll(async () => {
  await stack.ready('rabbitmq');
  await stack.ready('graph-gateway');
  await Promise.all(gateways.slice(1).map((name) => stack.stop(name)));
});

test('loses no event of 60 owners when gateways are killed and restarted, connections cut and the broker restarted', async () => {
  const { events, connections, ...faults } = await tryThreeGateways(stack, {
    owners: 60,
    analysesEach: 60,
    pauseMs: 400,
    cutProbability: 0.05,
  });
  const none = { missing: [], lost: 0, duplicates: 0, disordered: 0, foreign: 0, overtaken: 0 };
  expect(faults).toEqual(none);
  expect(events).toBe(60 * 61 * 2); // the last one of each owner says that all before it have come
  expect(connections).toBeGreaterThan(60 * 1.75 * 3); // cuts did happen
});
