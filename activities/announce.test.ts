import { describe, expect, test } from '@jest/globals';
import { decodeEvent } from '../contracts/cloudevents.ts';
import type { AnalysisCompleted } from '../contracts/events.ts';
import { eventIds, exchanges } from '../contracts/topology.ts';
import {
  RabbitUnavailableError,
  UnroutableError,
  type RabbitMessage,
} from '../platform/rabbitmq/rabbitmq.ts';
import { createAnnouncementActivities, type Announcement } from './announce.ts';

const correlationId = '019a53c4-7c10-7d3a-9a52-1f0c3a7be001';
const data: AnalysisCompleted = {
  objectKey: 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg',
  success: false,
  provider: null,
  aggregate: null,
  status: null,
  reasons: [],
  unsupportedFeatures: [],
  evidence: [],
  duplicateOf: null,
  failure: { code: 'OBJECT_CHANGED', message: 'overwritten' },
  startedAt: '2026-11-23T08:15:30.180Z',
  completedAt: '2026-11-23T08:15:31.140Z',
};
const completed: Announcement<AnalysisCompleted> = {
  correlationId,
  owner: '5d41402abc4b2a76b9719d911017c592',
  runId: 'run-1',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  data,
};

/** Fails with these errors in turn, then takes everything. */
function publisherFailing(...errors: Error[]) {
  const taken: RabbitMessage[] = [];
  const calls: string[] = [];
  return {
    taken,
    calls,
    publish(message: RabbitMessage) {
      calls.push('publish');
      const error = errors.shift();
      if (error) return Promise.reject(error);
      taken.push(message);
      return Promise.resolve();
    },
    declare() {
      calls.push('declare');
      return Promise.resolve();
    },
  };
}

describe('announcing', () => {
  test('publishes the same valid event, with id and time, however often it is repeated', async () => {
    const publisher = publisherFailing();
    const { announceCompleted } = createAnnouncementActivities({ publisher });
    await announceCompleted(completed);
    await announceCompleted(completed);
    const [first, second] = publisher.taken;
    expect(second).toEqual(first);
    expect(first?.messageId).toBe(eventIds.analysisCompleted(correlationId, 'run-1'));
    expect(first?.exchange).toBe(exchanges.analysisCompleted);
    const event = decodeEvent(
      'analysis.completed',
      first?.headers ?? {},
      first?.body ?? Buffer.of(),
    );
    expect(event).toMatchObject({
      correlationid: correlationId,
      runid: 'run-1',
      time: data.completedAt,
      traceparent: completed.traceparent,
      data,
    });
  });

  test('publishes a start to its own exchange', async () => {
    const publisher = publisherFailing();
    const { announceStarted } = createAnnouncementActivities({ publisher });
    const { objectKey, startedAt } = data;
    await announceStarted({ ...completed, data: { objectKey, startedAt } });
    expect(publisher.taken).toMatchObject([{ exchange: exchanges.analysisStarted }]);
  });

  test('declares the topology and publishes again where no queue was bound', async () => {
    const publisher = publisherFailing(new UnroutableError('no queue'));
    await createAnnouncementActivities({ publisher }).announceCompleted(completed);
    expect(publisher.calls).toEqual(['publish', 'declare', 'publish']);
    expect(publisher.taken).toHaveLength(1);
  });

  test.each([
    ['RabbitMQ is unavailable', [new RabbitUnavailableError('unavailable')]],
    ['no queue is bound even then', [new UnroutableError('none'), new UnroutableError('none')]],
  ])('fails, so that Temporal retries, where %s', async (_name, errors) => {
    const publisher = publisherFailing(...errors);
    const { announceCompleted } = createAnnouncementActivities({ publisher });
    await expect(announceCompleted(completed)).rejects.toBe(errors.at(-1));
  });
});
