import { describe, expect, test } from '@jest/globals';
import { Deduplicator } from './deduplicator.ts';

describe('Deduplicator', () => {
  test('recognises a repeat for the time promised, counted from its last appearance', () => {
    let now = 0;
    const ids = new Deduplicator({ keepMs: 1_000, maximumIds: 100 }, () => now);
    expect(ids.add('a')).toBe(true);
    now = 1_999;
    expect(ids.add('a')).toBe(false);
    now = 2_999;
    expect(ids.add('a')).toBe(false);
    now = 10_000;
    ids.add('b');
    now = 20_000;
    expect(ids.add('a')).toBe(true);
  });

  test('keeps two generations at most in a flood, and recognises the ids of the last', () => {
    const ids = new Deduplicator({ keepMs: 86_400_000, maximumIds: 100 });
    for (let n = 0; n < 1_050; n += 1) expect(ids.add(`id-${n}`)).toBe(true);
    expect(ids.size).toBeLessThanOrEqual(200);
    for (let n = 950; n < 1_050; n += 1) expect(ids.add(`id-${n}`)).toBe(false);
  });
});
