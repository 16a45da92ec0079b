// Texts that tempt to be sure: a maker's name where none of its machines is, or another's number beside it.
import { describe, expect, test } from '@jest/globals';
import { aggregate } from './aggregate.ts';
import { visionResponse } from '../../../tests/support/recognition/response-builder.ts';
import { traps } from '../../../tests/support/recognition/traps.ts';

const excavatorSeen = {
  labels: { Excavator: 0.9, 'Construction equipment': 0.9 },
  entities: { Excavator: 0.9 },
};

test('knows at least 150 traps', () => {
  expect(traps.length).toBeGreaterThanOrEqual(150);
});

describe('over every trap', () => {
  const answered = traps.map((trap) => {
    const { brand, model, isConfident } = aggregate(
      visionResponse({ text: trap.lines, ...excavatorSeen }),
    ).aggregate;
    return { ...trap, brand, model, isConfident };
  });

  test('is sure of no maker that the text does not prove', () => {
    const wrong = answered.filter(
      ({ isConfident, brand, maker }) => isConfident && brand !== maker,
    );
    expect(wrong).toEqual([]);
  });

  test('names the maker of a machine beside something else', () => {
    const lost = answered.filter(({ brand, maker }) => maker !== null && brand !== maker);
    expect(lost).toEqual([]);
  });

  test('takes the number of a machine beside something else', () => {
    const lost = answered.filter(
      ({ lines, maker, model }) =>
        maker !== null &&
        !lines
          .join('')
          .replace(/\s/gu, '')
          .includes(model?.replace(/\s/gu, '') ?? '-'),
    );
    expect(lost).toEqual([]);
  });

  test('names no model where no machine is proven', () => {
    const named = answered.filter(
      ({ kind, maker, model, isConfident }) =>
        kind !== 'two makers' && maker === null && model !== null && isConfident,
    );
    expect(named).toEqual([]);
  });
});
