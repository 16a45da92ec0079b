import { expect, test } from '@jest/globals';
import { encodeEvent } from '../../../contracts/cloudevents.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import { recognised } from '../../../tests/support/hostile-input/good-events.ts';
import { takeRecognition } from './take-event.ts';

/** Takes a recognition of that run; counts the calls to Temporal. */
async function takeOne(runid?: string) {
  let calls = 0;
  const temporal = { withTimeout: () => Promise.resolve(void (calls += 1)) } as unknown as Temporal;
  const take = takeRecognition(temporal, { entry: 'adapter', patienceMs: 1_000, graceMs: 1_000 });
  const event = { ...recognised(), runid };
  const { headers, body } = encodeEvent(event, 'cloudEvents_');
  const taken = await take({ messageId: event.id, headers, body, deliveryCount: 0 });
  return { ...taken, calls };
}

test('acknowledges a recognition that a run asked for without a call to Temporal', async () => {
  expect(await takeOne('run-1')).toMatchObject({ outcome: 'answered', calls: 0 });
});

test('signals a recognition that no run asked for', async () => {
  expect(await takeOne()).toMatchObject({ outcome: 'accepted', calls: 1 });
});
