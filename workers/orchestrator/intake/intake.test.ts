import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { InvalidEventError } from '../../../contracts/cloudevents.ts';
import type { HeldDelivery, RabbitConsumer, Verdict } from '../../../platform/rabbitmq/rabbitmq.ts';
import { TemporalUnavailableError } from '../../../platform/temporal/temporal.ts';
import { delay } from '../../../platform/retry.ts';
import type { Admission } from './admission.ts';
import { openIntake, type Intake, type IntakePauses } from './intake.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';

/** A work queue in memory that keeps the port's promises: what is in hand at a pause returns. */
function createQueue(...ids: string[]) {
  const waiting = [...ids];
  const returns = new Map<string, number>();
  const settled: Record<string, Verdict> = {};
  const inHand = new Map<string, number>(); // id -> channel
  const prefetches: number[] = [];
  let channel = 0;
  let open = true;
  let prefetch = 0;
  let handler: (delivery: HeldDelivery) => Promise<Verdict> = () => Promise.resolve('ack');

  const back = (id: string) => {
    inHand.delete(id);
    returns.set(id, (returns.get(id) ?? 0) + 1);
    waiting.unshift(id);
  };
  function deliver(): void {
    while (open && inHand.size < prefetch && waiting.length > 0) {
      const id = waiting.shift() ?? '';
      const on = channel;
      const isHeld = () => open && on === channel;
      inHand.set(id, on);
      const delivery = { messageId: id, headers: {}, body: Buffer.of(), deliveryCount: 0, isHeld };
      void handler(delivery).then((verdict) => {
        if (inHand.get(id) !== on || on !== channel) return; // the channel is gone
        if (verdict === 'retry') back(id);
        else {
          inHand.delete(id);
          settled[id] = verdict;
        }
        setImmediate(deliver);
      });
    }
  }
  const consumer: RabbitConsumer = {
    stop() {
      open = false;
      return Promise.resolve();
    },
    pause() {
      open = false;
      channel += 1;
      for (const id of [...inHand.keys()]) back(id);
      return Promise.resolve();
    },
    resume(options) {
      prefetch = options?.prefetch ?? prefetch;
      prefetches.push(prefetch);
      open = true;
      deliver();
    },
  };
  return {
    settled,
    returns,
    prefetches,
    isOpen: () => open,
    empty: () => void waiting.splice(0),
    add(id: string) {
      waiting.push(id);
      deliver();
    },
    rabbit: {
      consume(_queue: string, options: { prefetch: number }, take: typeof handler) {
        ({ prefetch } = options);
        handler = take;
        setImmediate(deliver);
        return consumer;
      },
    },
  };
}

const pauses: IntakePauses = {
  holdMs: 60,
  firstRetryMs: 5,
  longestRetryMs: 10,
  firstOpenMs: 20,
  longestOpenMs: 80,
  probeMs: 5,
};

/** The message that needs no call to Temporal. */
const answered = 'answered';

let temporal: () => void; // throws what Temporal would
let probes: number;
let tries: string[];
let intake: Intake | undefined;
let outcomes: string[];
let warnings: string[];
beforeEach(() => {
  temporal = () => undefined;
  probes = 0;
  tries = [];
  outcomes = [];
  warnings = [];
});
afterEach(() => intake?.stop());

function take(
  queue: ReturnType<typeof createQueue>,
  prefetch = 4,
  limits = pauses,
  admission?: Admission,
): Intake {
  intake = openIntake({
    rabbit: queue.rabbit,
    queue: 'of the test',
    prefetch,
    admission,
    take({ messageId }) {
      tries.push(messageId);
      if (messageId !== answered) temporal();
      const outcome = messageId === answered ? 'answered' : 'accepted';
      return Promise.resolve({ correlationId: messageId, outcome });
    },
    async probe() {
      probes += 1;
      await Promise.resolve();
      temporal();
    },
    logger: pino({ level: 'warn' }, { write: (line) => void warnings.push(line) }),
    taken: {
      inc: (labels: unknown) => void outcomes.push((labels as { outcome: string }).outcome),
    },
    pauses: limits,
  });
  return intake;
}
const unavailable = () => {
  throw new TemporalUnavailableError('no answer');
};

describe('the intake', () => {
  test('acknowledges what Temporal has accepted, and a duplicate, and counts both', async () => {
    const queue = createQueue('a', 'b');
    temporal = () => {
      if (tries.at(-1) === 'b') throw new WorkflowExecutionAlreadyStartedError('', 'b', 't');
    };
    take(queue);
    await eventually(() => Object.keys(queue.settled).length === 2);
    expect(queue.settled).toEqual({ a: 'ack', b: 'ack' });
    expect(outcomes.sort()).toEqual(['accepted', 'duplicate']);
  });

  test('dead-letters an event that it cannot read, with the reason', async () => {
    const queue = createQueue('a');
    temporal = () => {
      throw new InvalidEventError('checksum: missing');
    };
    take(queue);
    await eventually(() => 'a' in queue.settled);
    expect(queue.settled['a']).toEqual({ deadLetter: 'unreadable: checksum: missing' });
  });

  test('keeps messages in hand during a short outage of Temporal and returns none', async () => {
    const queue = createQueue('a');
    temporal = unavailable;
    take(queue, 4, { ...pauses, holdMs: 60_000 });
    await eventually(() => tries.length >= 3);
    temporal = () => undefined;
    await eventually(() => queue.settled['a'] === 'ack');
    expect(queue.returns.size).toBe(0);
    expect(queue.isOpen()).toBe(true);
  });

  test('opens the circuit breaker in a long outage: returns each message once, then only probes Temporal', async () => {
    const queue = createQueue('a', 'b');
    temporal = unavailable;
    take(queue);
    await eventually(() => !queue.isOpen());
    const triedUntilOpen = tries.length;
    await eventually(() => probes >= 10);
    expect(tries).toHaveLength(triedUntilOpen);
    expect([...queue.returns.values()]).toEqual([1, 1]);

    temporal = () => undefined;
    await eventually(() => Object.keys(queue.settled).length === 2);
    await eventually(() => queue.prefetches.length === 2);
    expect(queue.prefetches).toEqual([1, 4]); // one message first, all after the first accepted
  });

  test('stays half-open with growing pauses until Temporal accepts a message', async () => {
    const queue = createQueue('a');
    let refused = 0;
    const failures = 4;
    temporal = unavailable;
    take(queue);
    await eventually(() => !queue.isOpen());
    temporal = () => {
      if (tries.length === 0 || probesAnswer()) return;
      refused += 1;
      unavailable();
    };
    // The frontend answers probes, but starts fail: each failed start costs the message a return.
    let probed = probes;
    const probesAnswer = () => {
      const isProbe = probes > probed;
      probed = probes;
      return isProbe;
    };
    await eventually(() => refused >= failures);
    const logged = warnings.map((line) => (JSON.parse(line) as { pauseMs?: number }).pauseMs);
    const { firstOpenMs, longestOpenMs } = pauses;
    expect(logged.filter((pauseMs) => pauseMs !== undefined).slice(0, 4)).toEqual([
      firstOpenMs,
      2 * firstOpenMs,
      longestOpenMs,
      longestOpenMs,
    ]);
    expect(queue.prefetches.every((prefetch) => prefetch === 1)).toBe(true);
    temporal = () => undefined;
    await eventually(() => queue.settled['a'] === 'ack');
  });

  test('stays half-open after a message that needs no call to Temporal', async () => {
    const queue = createQueue('a');
    temporal = unavailable;
    take(queue);
    await eventually(() => !queue.isOpen());
    queue.empty();
    temporal = () => undefined;
    await eventually(() => queue.isOpen());
    queue.add(answered);
    await eventually(() => queue.settled[answered] === 'ack');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(queue.prefetches).toEqual([1]);
    queue.add('b');
    await eventually(() => queue.prefetches.length === 2); // Temporal has accepted
    expect(outcomes.slice(-2)).toEqual([answered, 'accepted']);
  });

  test('opens the circuit breaker at once on a wrong configuration, says why, and goes on when it is corrected', async () => {
    const queue = createQueue('a', 'b');
    temporal = () => {
      throw new NamespaceNotFoundError('nowhere');
    };
    const running = take(queue);
    await eventually(() => !queue.isOpen());
    expect(running.fault).toContain('nowhere');
    expect(queue.settled).toEqual({});
    temporal = () => undefined;
    await eventually(() => Object.keys(queue.settled).length === 2);
    expect(running.fault).toBe(undefined);
  });

  test('returns what it holds when the process stops', async () => {
    const queue = createQueue('a');
    temporal = unavailable;
    const running = take(queue, 4, {
      ...pauses,
      holdMs: 60_000,
      longestRetryMs: 60_000,
      firstRetryMs: 60_000,
    });
    await eventually(() => tries.length === 1);
    await running.stop();
    await eventually(() => queue.returns.get('a') === 1);
    expect(tries).toHaveLength(1);
  });

  test('is stuck for 0 ms while no message waits for an answer', async () => {
    const queue = createQueue('a');
    const running = take(queue);
    expect(running.stuckFor()).toBe(0);
    await eventually(() => queue.settled['a'] === 'ack');
    expect(running.stuckFor()).toBe(0);
  });

  test('starts nothing without admission, returns what it holds once, and goes on when there is room', async () => {
    const queue = createQueue('a', 'b');
    let room = false;
    take(queue, 4, pauses, {
      async waitForRoom(ms) {
        if (!room) await delay(ms);
        return room ? undefined : { reason: '10 under way', cause: 'busy' };
      },
      probe: () => (room ? Promise.resolve() : Promise.reject(new Error('10 under way'))),
    });
    await eventually(() => !queue.isOpen());
    expect(tries).toEqual([]);
    expect([...queue.returns.values()]).toEqual([1, 1]);
    expect(warnings.join()).toContain('Temporal busy');

    room = true;
    await eventually(() => Object.keys(queue.settled).length === 2);
    expect(queue.settled).toEqual({ a: 'ack', b: 'ack' });
  });
});
