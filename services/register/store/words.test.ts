import { expect, test } from '@jest/globals';
import { splitWords, wordsOf } from './words.ts';

test('finds the words of a machine in any case, and its model with and without the blank', () => {
  expect(wordsOf('Volvo', 'excavator', 'EC 220', 'Volvo EC 220')).toEqual([
    ...['volvo', 'excavator', 'ec', '220', 'ec220'],
  ]);
  expect(splitWords('Volvo, EC220!')).toEqual(['volvo', 'ec220']);
});

test('takes letters of any language, bounds what it keeps, and finds none in signs', () => {
  expect(splitWords('Gravemaskine på hjul')).toEqual(['gravemaskine', 'på', 'hjul']);
  expect(splitWords('=+-!')).toEqual([]);
  const long = Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(100)}`).join(' ');
  expect(wordsOf(long)).toHaveLength(32);
  expect(Math.max(...wordsOf(long).map((word) => word.length))).toBe(64);
});
