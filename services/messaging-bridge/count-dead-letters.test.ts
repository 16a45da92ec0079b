import { expect, test } from '@jest/globals';
import { OpenLetters } from './count-dead-letters.ts';
import { sampleRecord } from './record-samples.ts';

const letter = (key: string, value: Buffer | null = Buffer.from('{}')) =>
  sampleRecord({ topic: 'photos.dlq', key, value, timestamp: new Date() });
const week = 7 * 24 * 3_600_000;

test('a letter counts once, however often it came, until it is settled', () => {
  const letters = new OpenLetters(['photos.dlq', 'other.dlq'], week);
  for (const key of ['photos:0:1', 'photos:0:1', 'photos:0:2']) letters.note(letter(key));
  expect(letters.count('photos.dlq')).toBe(2);
  letters.note(letter('photos:0:1', null));
  expect(letters.count('photos.dlq')).toBe(1);
  expect(letters.count('other.dlq')).toBe(0);
});

test('after a new division of the partitions everything is counted anew', () => {
  const letters = new OpenLetters(['photos.dlq'], week);
  letters.note(letter('photos:0:1'));
  letters.forget();
  expect(letters.count('photos.dlq')).toBe(0);
});

test('a letter that its topic has forgotten counts no more', () => {
  const letters = new OpenLetters(['photos.dlq'], week);
  letters.note(letter('photos:0:1'));
  expect(letters.count('photos.dlq', Date.now() + week - 1_000)).toBe(1);
  expect(letters.count('photos.dlq', Date.now() + week + 1_000)).toBe(0);
});
