import { expect, test } from '@jest/globals';
import { assertAlive, trackProgress } from './progress.ts';

/** A clock that a test moves. */
function clockAt(start: number) {
  const clock = { seconds: start };
  return { clock, now: () => clock.seconds * 1000 };
}

test('reports an idle bridge as alive, however long', () => {
  const { clock, now } = clockAt(0);
  const progress = trackProgress(now);
  clock.seconds = 100_000;
  expect(() => {
    assertAlive(progress, { lastActivity: now }, now);
  }).not.toThrow();
});

test('reports a batch without progress for over a minute', () => {
  const { clock, now } = clockAt(0);
  const progress = trackProgress(now);
  const leave = progress.enter();
  const check = () => {
    assertAlive(progress, { lastActivity: now }, now);
  };
  clock.seconds = 59;
  progress.made();
  clock.seconds = 118;
  expect(check).not.toThrow();
  clock.seconds = 120;
  expect(check).toThrow('no record confirmed for 61 s');
  leave();
  expect(check).not.toThrow();
});

test('reports a Kafka consumer without activity for over a minute', () => {
  const { now } = clockAt(61);
  expect(() => {
    assertAlive(trackProgress(now), { lastActivity: () => 0 }, now);
  }).toThrow('Kafka consumer for 61 s');
});
