import { expect, test } from '@jest/globals';
import { OpenDeadLetters } from './count-dead-letters.ts';
import { sampleRecord } from '../../tests/support/messaging-bridge/record-samples.ts';

const deadLetter = (key: string, value: Buffer | null = Buffer.from('{}')) =>
  sampleRecord({ topic: 'photos.dlq', key, value, timestamp: new Date() });
const week = 7 * 24 * 3_600_000;

test('counts a dead letter once, however often it came, until its tombstone', () => {
  const deadLetters = new OpenDeadLetters(['photos.dlq', 'other.dlq'], week);
  for (const key of ['photos:0:1', 'photos:0:1', 'photos:0:2']) deadLetters.note(deadLetter(key));
  expect(deadLetters.count('photos.dlq')).toBe(2);
  deadLetters.note(deadLetter('photos:0:1', null));
  expect(deadLetters.count('photos.dlq')).toBe(1);
  expect(deadLetters.count('other.dlq')).toBe(0);
});

test('counts dead letters from the beginning after a rebalance', () => {
  const deadLetters = new OpenDeadLetters(['photos.dlq'], week);
  deadLetters.note(deadLetter('photos:0:1'));
  deadLetters.forget();
  expect(deadLetters.count('photos.dlq')).toBe(0);
});

test('counts no dead letter that is older than the retention of its topic', () => {
  const deadLetters = new OpenDeadLetters(['photos.dlq'], week);
  deadLetters.note(deadLetter('photos:0:1'));
  expect(deadLetters.count('photos.dlq', Date.now() + week - 1_000)).toBe(1);
  expect(deadLetters.count('photos.dlq', Date.now() + week + 1_000)).toBe(0);
});
