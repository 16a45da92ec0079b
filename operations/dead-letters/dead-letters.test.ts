import { expect, test } from '@jest/globals';
import { KafkaUnavailableError } from '../../platform/kafka/kafka.ts';
import { UsageError } from '../command-line/arguments.ts';
import { deadLetterId, NotRedrivableError, type DeadLetterStore } from './dead-letter.ts';
import {
  dropDeadLetters,
  IncompleteListError,
  listDeadLetters,
  redriveDeadLetters,
  showDeadLetter,
} from './dead-letters.ts';

/** Dead letters in memory: `lost` cannot be redriven, at `unavailable` the connection breaks. */
function storeOf(reasons: readonly string[]) {
  const deadLetters = reasons.map((reason, index) => ({
    id: deadLetterId('queue.dlq', String(index)),
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
  const store: DeadLetterStore = {
    open: (work) =>
      work(
        deadLetters.map((deadLetter) => ({
          deadLetter,
          redrive() {
            if (deadLetter.reason === 'lost') throw new NotRedrivableError('its origin is unknown');
            if (deadLetter.reason === 'unavailable') throw new Error('connection closed');
            settled.push(deadLetter.id);
            return Promise.resolve();
          },
          drop() {
            settled.push(deadLetter.id);
            return Promise.resolve();
          },
        })),
      ),
  };
  return { store, ids: deadLetters.map(({ id }) => id), settled };
}

const all = { id: undefined, all: true };

test('redrives all others with --all when one cannot be redriven, and fails at the end', async () => {
  const { store, ids, settled } = storeOf(['unreadable', 'lost', 'unreadable']);
  const printed: string[] = [];
  const redrive = redriveDeadLetters([store], all, (line) => printed.push(line));
  await expect(redrive).rejects.toThrow('1 of 3');
  expect(settled).toEqual([ids[0], ids[2]]);
  expect(printed).toEqual([
    `${ids[0]} redriven to queue`,
    `${ids[1]} kept: its origin is unknown`,
    `${ids[2]} redriven to queue`,
  ]);
});

test('prints the dead letters that --all redrove before a broker failed', async () => {
  const { store, ids } = storeOf(['unreadable', 'unavailable', 'unreadable']);
  const printed: string[] = [];
  const redrive = redriveDeadLetters([store], all, (line) => printed.push(line));
  await expect(redrive).rejects.toThrow('connection closed');
  expect(printed).toEqual([`${ids[0]} redriven to queue`]);
});

test('drops one dead letter by its id and keeps the others', async () => {
  const { store, ids, settled } = storeOf(['unreadable', 'lost']);
  await dropDeadLetters([store], { id: ids[1], all: false }, () => undefined);
  expect(settled).toEqual([ids[1]]);
});

test.each([
  ['neither an id nor --all', { id: undefined, all: false }],
  ['both an id and --all', { id: '00000000', all: true }],
  ['an invalid id', { id: 'x', all: false }],
  ['an unknown id', { id: '00000000', all: false }],
])('refuses to drop with %s, and deletes nothing', async (_, choice) => {
  const { store, settled } = storeOf(['unreadable']);
  await expect(dropDeadLetters([store], choice, () => undefined)).rejects.toThrow(UsageError);
  expect(settled).toEqual([]);
});

test('lists the dead letters of all brokers by time', async () => {
  const [first, second] = [storeOf(['a', 'b']), storeOf(['c'])];
  const lines = await listDeadLetters([first.store, second.store], () => undefined);
  expect(lines.slice(1, 4).map((line) => line.at(-1))).toEqual(['a', 'c', 'b']);
});

const unreadable: DeadLetterStore = {
  open: () => Promise.reject(new KafkaUnavailableError('no answer from kafka:9092')),
};

test('lists those of the broker that answers, and fails naming the other', async () => {
  const { store, ids } = storeOf(['a']);
  const printed: string[] = [];
  const list = listDeadLetters([unreadable, store], (line) => printed.push(line));
  await expect(list).rejects.toThrow(IncompleteListError);
  await expect(list).rejects.toThrow('no answer from kafka:9092');
  expect(printed.join('\n')).toContain(ids[0]);
});

test('drops a dead letter while another broker is unavailable, and does not call an unknown one unknown', async () => {
  const { store, ids, settled } = storeOf(['a']);
  await dropDeadLetters([unreadable, store], { id: ids[0], all: false }, () => undefined);
  expect(settled).toEqual([ids[0]]);
  const unknown = dropDeadLetters(
    [unreadable, store],
    { id: '00000000', all: false },
    () => undefined,
  );
  await expect(unknown).rejects.toThrow(IncompleteListError);
});

test('shows id, reason, event and body of one dead letter', async () => {
  const { store, ids } = storeOf(['unreadable']);
  const text = (await showDeadLetter([store], ids[0])).join('\n');
  for (const shown of [ids[0], 'unreadable', 'event-0', '{}']) expect(text).toContain(shown);
});
