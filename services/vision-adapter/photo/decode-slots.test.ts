import { expect, test } from '@jest/globals';
import { createSlots } from './decode-slots.ts';

/** Work that says when it begins and ends when told. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    work: (name: string) => () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    },
    async end(name: string) {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('two run, the third waits; what wants both slots runs alone and is not overtaken', async () => {
  const { begun, ...of } = works();
  const slots = createSlots(2);
  for (const [name, count] of [
    ['a', 1],
    ['b', 1],
    ['large', 2],
    ['c', 1],
    ['d', 1],
  ] as const)
    void slots.run(count, of.work(name));
  await of.end('nothing yet');
  expect(begun).toEqual(['a', 'b']);
  await of.end('a');
  expect(begun).toEqual(['a', 'b']); // one slot is free, yet large is first in line
  await of.end('b');
  expect(begun).toEqual(['a', 'b', 'large']);
  await of.end('large');
  expect(begun).toEqual(['a', 'b', 'large', 'c', 'd']);
});

test('work that fails gives its slot back', async () => {
  const slots = createSlots(1);
  await expect(slots.run(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await slots.run(1, () => Promise.resolve('next'))).toBe('next');
});
