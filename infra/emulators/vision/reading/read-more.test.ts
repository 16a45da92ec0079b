import { describe, expect, test } from '@jest/globals';
import { joinLines, promisesMore } from './read-more.ts';
import type { SeenLine } from './seen-image.ts';

/** A level line of the given height, its letters as wide as they are high. */
function line(text: string, confidence: number, { x = 0, y = 0, height = 20 } = {}): SeenLine {
  const [right, bottom] = [x + text.length * height, y + height];
  const corners = [
    { x, y },
    { x: right, y },
    { x: right, y: bottom },
    { x, y: bottom },
  ] as const;
  return { text, confidence, corners };
}

describe('a second look', () => {
  test.each([
    ['a name without a number', [line('HITACHI', 0.99)]],
    ['a number without a name', [line('ZX350LC-7', 0.99)]],
    ['a name whose number was half read', [line('HITACHI', 0.99), line('ZX3S0', 0.7, { y: 40 })]],
    ['lettering of which nothing is clear', [line('HTACH', 0.4)]],
  ])('pays for %s', (_, lines) => {
    expect(promisesMore(lines)).toBe(true);
  });

  test.each([
    ['a clear name with its number', [line('VOLVO', 0.99), line('EC220E', 0.99, { y: 40 })]],
    ['both in one line', [line('CAT 320D', 0.95)]],
    [
      'small print that was half read beside clear lettering',
      [line('VOLVO EC220E', 0.99), line('www.rent', 0.6, { y: 60, height: 8 })],
    ],
    ['a picture in which no line was found', []],
  ])('does not pay for %s', (_, lines) => {
    expect(promisesMore(lines)).toBe(false);
  });
});

describe('two looks', () => {
  const textsOf = (lines: readonly SeenLine[]) => lines.map(({ text }) => text);

  test('keeps of two readings of one place the surer one', () => {
    const first = [line('HTACHI', 0.7), line('320D', 0.99, { y: 100 })];
    const second = [line('HITACHI', 0.98, { x: 2 }), line('3200', 0.8, { y: 101 })];
    expect(textsOf(joinLines(first, second))).toEqual(['HITACHI', '320D']);
  });

  test('keeps what only one of them has seen, from top to bottom', () => {
    const first = [line('VOLVO', 0.99, { y: 100 })];
    const second = [line('EC220E', 0.9, { y: 300 }), line('RENT', 0.9)];
    expect(textsOf(joinLines(first, second))).toEqual(['RENT', 'VOLVO', 'EC220E']);
  });
});
