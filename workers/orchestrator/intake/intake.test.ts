import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { InvalidEventError } from '../../../contracts/cloudevents.ts';
import { silentLogger } from '../../../platform/logger.ts';
import type { Delivery, RabbitConsumer, Verdict } from '../../../platform/rabbitmq/rabbitmq.ts';
import { TemporalUnavailableError } from '../../../platform/temporal/temporal.ts';
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
  let handler: (delivery: Delivery) => Promise<Verdict> = () => Promise.resolve('ack');

  const back = (id: string) => {
    inHand.delete(id);
    returns.set(id, (returns.get(id) ?? 0) + 1);
    waiting.unshift(id);
  };
  function deliver(): void {
    while (open && inHand.size < prefetch && waiting.length > 0) {
      const id = waiting.shift() ?? '';
      const on = channel;
      inHand.set(id, on);
      const delivery = { messageId: id, headers: {}, body: Buffer.of(), deliveryCount: 0 };
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
  firstTryMs: 5,
  longestTryMs: 10,
  firstClosedMs: 20,
  longestClosedMs: 80,
  probeMs: 5,
};

/** The message that needs no call to Temporal. */
const answered = 'answered';

let temporal: () => void; // throws what Temporal would
let probes: number;
let tries: string[];
let intake: Intake | undefined;
let outcomes: string[];
beforeEach(() => {
  temporal = () => undefined;
  probes = 0;
  tries = [];
  outcomes = [];
});
afterEach(() => intake?.stop());

function take(queue: ReturnType<typeof createQueue>, prefetch = 4, limits = pauses): Intake {
  intake = openIntake({
    rabbit: queue.rabbit,
    queue: 'of the test',
    prefetch,
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
    logger: silentLogger(),
    taken: {
      inc: (labels: unknown) => void outcomes.push((labels as { outcome: string }).outcome),
    },
    pauses: limits,
  });
  return intake;
}
const away = () => {
  throw new TemporalUnavailableError('away');
};

describe('the intake', () => {
  test('acknowledges after Temporal has accepted; a repeat is acknowledged and counted', async () => {
    const queue = createQueue('a', 'b');
    temporal = () => {
      if (tries.at(-1) === 'b') throw new WorkflowExecutionAlreadyStartedError('', 'b', 't');
    };
    take(queue);
    await eventually(() => Object.keys(queue.settled).length === 2);
    expect(queue.settled).toEqual({ a: 'ack', b: 'ack' });
    expect(outcomes.sort()).toEqual(['accepted', 'duplicate']);
  });

  test('sends what it cannot read to the dead letters, with the reason', async () => {
    const queue = createQueue('a');
    temporal = () => {
      throw new InvalidEventError('checksum: missing');
    };
    take(queue);
    await eventually(() => 'a' in queue.settled);
    expect(queue.settled['a']).toEqual({ deadLetter: 'unreadable: checksum: missing' });
  });

  test('sits a short outage of Temporal out with the message in hand: nothing is returned', async () => {
    const queue = createQueue('a');
    temporal = away;
    take(queue, 4, { ...pauses, holdMs: 60_000 });
    await eventually(() => tries.length >= 3);
    temporal = () => undefined;
    await eventually(() => queue.settled['a'] === 'ack');
    expect(queue.returns.size).toBe(0);
    expect(queue.isOpen()).toBe(true);
  });

  test('closes in a long one and asks only Temporal: each message is returned once', async () => {
    const queue = createQueue('a', 'b');
    temporal = away;
    take(queue);
    await eventually(() => !queue.isOpen());
    const triedUntilClosed = tries.length;
    await eventually(() => probes >= 10);
    expect(tries).toHaveLength(triedUntilClosed);
    expect([...queue.returns.values()]).toEqual([1, 1]);

    temporal = () => undefined;
    await eventually(() => Object.keys(queue.settled).length === 2);
    await eventually(() => queue.prefetches.length === 2);
    expect(queue.prefetches).toEqual([1, 4]); // one message first, all after the first accepted
  });

  test('opens again only as long as messages are accepted, with growing pauses', async () => {
    const queue = createQueue('a');
    let refused = 0;
    const failures = 4;
    temporal = away;
    take(queue);
    await eventually(() => !queue.isOpen());
    const closedAt: number[] = [];
    temporal = () => {
      if (tries.length === 0 || probesAnswer()) return;
      refused += 1;
      closedAt.push(Date.now());
      away();
    };
    // The frontend answers probes, but starts fail: each failed start costs the message a return.
    let probed = probes;
    const probesAnswer = () => {
      const isProbe = probes > probed;
      probed = probes;
      return isProbe;
    };
    await eventually(() => refused >= failures);
    const gaps = closedAt.slice(1).map((at, index) => at - (closedAt[index] ?? 0));
    expect(gaps[1]).toBeGreaterThan(gaps[0] ?? Infinity);
    expect(queue.prefetches.every((prefetch) => prefetch === 1)).toBe(true);
    temporal = () => undefined;
    await eventually(() => queue.settled['a'] === 'ack');
  });

  test('acknowledges what needs no call to Temporal, and learns nothing about Temporal from it', async () => {
    const queue = createQueue('a');
    temporal = away;
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

  test('closes at once on a set-up that is wrong, says why, and goes on when it is mended', async () => {
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

  test('lets go of what it holds when the process stops', async () => {
    const queue = createQueue('a');
    temporal = away;
    const running = take(queue, 4, {
      ...pauses,
      holdMs: 60_000,
      longestTryMs: 60_000,
      firstTryMs: 60_000,
    });
    await eventually(() => tries.length === 1);
    await running.stop();
    await eventually(() => queue.returns.get('a') === 1);
    expect(tries).toHaveLength(1);
  });

  test('says how long a message is in hand without an answer', async () => {
    const queue = createQueue('a');
    const running = take(queue);
    expect(running.stuckFor()).toBe(0);
    await eventually(() => queue.settled['a'] === 'ack');
    expect(running.stuckFor()).toBe(0);
  });
});
