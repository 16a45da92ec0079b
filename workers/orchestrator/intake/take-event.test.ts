import { expect, test } from '@jest/globals';
import { untilHeadStartEnds } from './take-event.ts';

const now = Date.parse('2026-11-23T08:00:00.000Z');

test.each([
  ['just made: the activity gets its second', '2026-11-23T08:00:00.000Z', 1_000],
  ['on its way for 0.4 s', '2026-11-23T07:59:59.600Z', 600],
  ['from before an outage: at once', '2026-11-23T07:00:00.000Z', 0],
  ['stamped by a clock that is ahead: a second, not an hour', '2026-11-23T09:00:00.000Z', 1_000],
])('a recognition %s', (_, time, waitMs) => {
  expect(untilHeadStartEnds(time, now)).toBe(waitMs);
});
