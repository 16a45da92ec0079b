import { describe, expect, test } from '@jest/globals';
import { createEvent, encodeEvent } from '../../contracts/cloudevents.ts';
import type { RecognitionResult } from '../../contracts/recognition.ts';
import { eventIds } from '../../contracts/topology.ts';
import type { ConsumedRecord } from '../../platform/kafka/kafka-consumer.ts';
import { silentLogger } from '../../platform/logger.ts';
import { recognitionProblem } from './failures/recognition-problem.ts';
import {
  sampleImage,
  sampleOrder,
  unidentified,
} from '../../tests/support/recognition/sample-order.ts';
import type { RecognitionOrder } from './recognition-record.ts';
import { createTakeUpload } from './take-uploads.ts';

const image = sampleImage;
const { correlationId, owner } = sampleOrder;
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function uploaded(timestamp = new Date()): ConsumedRecord {
  const event = createEvent('tu.image.uploaded', {
    id: eventIds.imageUploaded(correlationId),
    subject: image.objectKey,
    extensions: { correlationid: correlationId, owner, traceparent },
    data: { ...image, uploadId: 'ticket', occurredAt: '2026-11-23T08:00:00Z' },
  });
  const { headers, body } = encodeEvent(event, 'ce_');
  return {
    topic: 'tu.image.uploaded',
    partition: 0,
    offset: '7',
    key: image.objectKey,
    headers,
    value: body,
    timestamp,
  };
}

function take(recognize: () => Promise<RecognitionResult>) {
  const orders: RecognitionOrder[] = [];
  let turns = 0;
  const outcomes: unknown[] = [];
  const takeUpload = createTakeUpload({
    recognizeImage: {
      recognize(order) {
        orders.push(order);
        return recognize();
      },
      unpublished: () => 0,
    },
    waitForRateLimit() {
      turns += 1;
      return Promise.resolve();
    },
    graceMs: 60_000,
    logger: silentLogger(),
    taken: { inc: (labels: unknown) => void outcomes.push(labels) },
  });
  return { takeUpload, orders, outcomes, turns: () => turns };
}

const result = unidentified('local-ocr');

test('recognizes an upload from Kafka without a runId, once the rate limit lets it through', async () => {
  const { takeUpload, orders, turns } = take(() => Promise.resolve(result));
  await takeUpload(uploaded());
  expect(orders).toEqual([{ correlationId, owner, traceparent, ...image }]);
  expect(turns()).toBe(1);
});

test('leaves a photo older than the grace to its workflow, without a Vision call', async () => {
  const { takeUpload, orders, turns } = take(() => Promise.resolve(result));
  await takeUpload(uploaded(new Date(Date.now() - 61_000)));
  expect({ orders: orders.length, turns: turns() }).toEqual({ orders: 0, turns: 0 });
  await takeUpload(uploaded(new Date(Date.now() - 50_000)));
  expect(orders).toHaveLength(1);
});

describe('a record that fails', () => {
  test.each([
    ['a final failure', recognitionProblem('IMAGE_UNREADABLE'), 'IMAGE_UNREADABLE'],
    ['a passing failure', recognitionProblem('VISION_UNAVAILABLE'), 'VISION_UNAVAILABLE'],
    ['a bug', new TypeError('undefined is no function'), 'bug'],
  ])('commits the record after one try that ends with %s', async (_, failure, outcome) => {
    const { takeUpload, orders, outcomes } = take(() => Promise.reject(failure));
    await takeUpload(uploaded());
    expect(orders).toHaveLength(1);
    expect(outcomes).toEqual([{ outcome }]);
  });

  test.each([
    ['a tombstone', null],
    ['no JSON', Buffer.from('{')],
    ['another shape', Buffer.from('{"objectKey":"x"}')],
  ])('commits %s without a Vision call', async (_, value) => {
    const { takeUpload, orders, turns } = take(() => Promise.resolve(result));
    await takeUpload({ ...uploaded(), value });
    expect({ orders: orders.length, turns: turns() }).toEqual({ orders: 0, turns: 0 });
  });
});
