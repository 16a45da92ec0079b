import { expect, test } from '@jest/globals';
import { letterId, NotRedrivableError, type DeadLetterOffice } from './dead-letter.ts';
import { dropLetters, listLetters, redriveLetters, showLetter } from './dead-letters.ts';
import { UsageError } from '../usage.ts';

/** Letters in memory; one whose reason is `lost` cannot be put back, at one of `away` the broker goes. */
function officeOf(reasons: readonly string[]) {
  const letters = reasons.map((reason, index) => ({
    id: letterId('queue.dlq', String(index)),
    place: 'queue.dlq',
    origin: 'queue',
    reason,
    attempts: undefined,
    at: new Date(index),
    eventId: `event-${index}`,
    correlationId: undefined,
    headers: {},
    body: Buffer.from('{}'),
  }));
  const settled: string[] = [];
  const office: DeadLetterOffice = {
    open: (work) =>
      work(
        letters.map((letter) => ({
          letter,
          redrive() {
            if (letter.reason === 'lost') throw new NotRedrivableError('its origin is unknown');
            if (letter.reason === 'away') throw new Error('the broker has gone');
            settled.push(letter.id);
            return Promise.resolve();
          },
          drop() {
            settled.push(letter.id);
            return Promise.resolve();
          },
        })),
      ),
  };
  return { office, ids: letters.map(({ id }) => id), settled };
}

const all = { id: undefined, all: true };

test('redrive --all goes on past a letter that cannot go back, and says that not all went', async () => {
  const { office, ids, settled } = officeOf(['unreadable', 'lost', 'unreadable']);
  const told: string[] = [];
  await expect(redriveLetters([office], all, (line) => told.push(line))).rejects.toThrow('1 of 3');
  expect(settled).toEqual([ids[0], ids[2]]);
  expect(told).toEqual([
    `${ids[0]} back in queue`,
    `${ids[1]} stays: its origin is unknown`,
    `${ids[2]} back in queue`,
  ]);
});

test('what was done before a fault is told', async () => {
  const { office, ids } = officeOf(['unreadable', 'away', 'unreadable']);
  const told: string[] = [];
  await expect(redriveLetters([office], all, (line) => told.push(line))).rejects.toThrow('gone');
  expect(told).toEqual([`${ids[0]} back in queue`]);
});

test('one letter is dropped by its id, the others stay', async () => {
  const { office, ids, settled } = officeOf(['unreadable', 'lost']);
  await dropLetters([office], { id: ids[1], all: false }, () => undefined);
  expect(settled).toEqual([ids[1]]);
});

test.each([
  ['neither an id nor --all', { id: undefined, all: false }],
  ['both', { id: '00000000', all: true }],
  ['no id of ours', { id: 'x', all: false }],
  ['nobody has it', { id: '00000000', all: false }],
])('%s: nothing is settled, and the usage is told', async (_, choice) => {
  const { office, settled } = officeOf(['unreadable']);
  await expect(dropLetters([office], choice, () => undefined)).rejects.toThrow(UsageError);
  expect(settled).toEqual([]);
});

test('a list is sorted by the time of death over all brokers', async () => {
  const [first, second] = [officeOf(['a', 'b']), officeOf(['c'])];
  const lines = await listLetters([first.office, second.office]);
  expect(lines.slice(1, 4).map((line) => line.at(-1))).toEqual(['a', 'c', 'b']);
});

test('show tells one letter whole', async () => {
  const { office, ids } = officeOf(['unreadable']);
  const text = (await showLetter([office], ids[0])).join('\n');
  for (const part of [ids[0], 'unreadable', 'event-0', '{}']) expect(text).toContain(part);
});
