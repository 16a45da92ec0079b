import { expect, jest, test } from '@jest/globals';
import { delay, pauseAfter, retry } from './retry.ts';
import { withTimeout } from './with-timeout.ts';

const backoff = { firstMs: 1, longestMs: 4 };

test('doubles the pause after each failure, up to the longest', () => {
  expect([1, 2, 3, 4, 2_000].map((failures) => pauseAfter(failures, backoff))).toEqual([
    1, 2, 4, 4, 4,
  ]);
});

test('retries until the work succeeds, and reports each failure', async () => {
  const onFailure = jest.fn();
  let tries = 0;
  const work = () => {
    tries += 1;
    return tries < 4 ? Promise.reject(new TypeError(`try ${tries}`)) : Promise.resolve('done');
  };
  expect(await retry(work, { ...backoff, onFailure })).toBe('done');
  expect(onFailure).toHaveBeenCalledTimes(3);
});

test('gives up at a final failure without reporting it', async () => {
  const onFailure = jest.fn();
  const work = () => Promise.reject(new RangeError('never'));
  const isFinal = (error: unknown) => error instanceof RangeError;
  await expect(retry(work, { ...backoff, isFinal, onFailure })).rejects.toThrow('never');
  expect(onFailure).not.toHaveBeenCalled();
});

test('stops retrying in the middle of a pause when the signal is aborted', async () => {
  const stopping = new AbortController();
  const work = () => Promise.reject(new Error('unavailable'));
  const retrying = retry(work, {
    firstMs: 60_000,
    longestMs: 60_000,
    signal: stopping.signal,
    onFailure: () => setImmediate(() => stopping.abort(new Error('stopped'))),
  });
  await expect(retrying).rejects.toThrow('stopped');
});

test('keeps what the work made although the signal was aborted meanwhile', async () => {
  const stopping = new AbortController();
  const work = () => {
    stopping.abort();
    return Promise.resolve('connection');
  };
  const options = { ...backoff, signal: stopping.signal, onFailure: () => undefined };
  expect(await retry(work, options)).toBe('connection');
});

test('ends a delay at once when its signal is aborted, before it or within it', async () => {
  await delay(60_000, AbortSignal.abort());
  await delay(60_000, AbortSignal.timeout(5));
});

test('rejects in time although the work never settles', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(withTimeout(5, never, () => new Error('late'))).rejects.toThrow('late');
});

test('settles as the work does when it is in time', async () => {
  const late = () => new Error('late');
  expect(await withTimeout(60_000, Promise.resolve(1), late)).toBe(1);
  await expect(withTimeout(60_000, Promise.reject(new Error('own')), late)).rejects.toThrow('own');
});

test('waits for longer than a timer can, and ends at once when it is aborted', async () => {
  const month = 30 * 24 * 3_600_000;
  const stopping = new AbortController();
  let isOver = false;
  const waiting = delay(month, stopping.signal).then(() => (isOver = true));
  await delay(50);
  expect(isOver).toBe(false);
  stopping.abort();
  await waiting;
});
