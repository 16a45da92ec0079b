import { describe, expect, test } from '@jest/globals';
import { KnownIds } from './known-ids.ts';

describe('known ids', () => {
  test('a repeat is known for the time promised, counted from its last sight', () => {
    let now = 0;
    const ids = new KnownIds({ keepMs: 1_000, most: 100 }, () => now);
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

  test('a flood does not fill memory: two generations at most, and the last of them stay known', () => {
    const ids = new KnownIds({ keepMs: 86_400_000, most: 100 });
    for (let n = 0; n < 1_050; n += 1) expect(ids.add(`id-${n}`)).toBe(true);
    expect(ids.size).toBeLessThanOrEqual(200);
    for (let n = 950; n < 1_050; n += 1) expect(ids.add(`id-${n}`)).toBe(false);
  });
});
