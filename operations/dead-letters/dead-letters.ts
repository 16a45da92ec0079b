// `dead-letters list | show | redrive | drop`: what could not be delivered, on both brokers.
import { KafkaUnavailableError } from '../../platform/kafka/kafka.ts';
import { RabbitUnavailableError } from '../../platform/rabbitmq/rabbitmq.ts';
import { UsageError, type Print } from '../command-line/arguments.ts';
import { columns } from '../command-line/columns.ts';
import {
  NotRedrivableError,
  type DeadLetter,
  type DeadLetterStore,
  type HeldDeadLetter,
} from './dead-letter.ts';

/** Which dead letters a command is about: one by its id, or all. */
interface Choice {
  readonly id: string | undefined;
  readonly all: boolean;
}

/** Some of the brokers could not be read; `message` names them. */
export class IncompleteListError extends Error {
  override readonly name = 'IncompleteListError';
}

/**
 * One line per dead letter, oldest first.
 *
 * @throws {IncompleteListError} after those of the others were printed.
 */
export async function listDeadLetters(
  stores: readonly DeadLetterStore[],
  print: Print,
): Promise<string[]> {
  const found: DeadLetter[] = [];
  const unread = await openEach(stores, (all) => {
    found.push(...all.map(({ deadLetter }) => deadLetter));
    return Promise.resolve();
  });
  if (found.length === 0 && unread.length === 0) return ['no dead letters'];
  const lines = found.length === 0 ? [] : listOf(found);
  if (unread.length === 0) return lines;
  lines.forEach(print);
  throw incomplete(unread);
}

/** @returns what kept brokers from being read: what the others hold is worth seeing. */
async function openEach(
  stores: readonly DeadLetterStore[],
  work: (all: readonly HeldDeadLetter[]) => Promise<void>,
): Promise<Error[]> {
  const unread: Error[] = [];
  for (const store of stores)
    try {
      await store.open(work);
    } catch (error) {
      if (!(error instanceof KafkaUnavailableError || error instanceof RabbitUnavailableError))
        throw error;
      unread.push(error);
    }
  return unread;
}

const incomplete = (unread: readonly Error[]) =>
  new IncompleteListError(
    `incomplete: ${[...new Set(unread.map(({ message }) => message))].join('; ')}. Is it up (npm run infra -- status)? Nothing was lost.`,
  );

function listOf(found: readonly DeadLetter[]): string[] {
  const rows = found
    .toSorted((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0))
    .map(({ id, at, attempts, origin, correlationId, reason }) => [
      id,
      at?.toISOString().slice(0, 19).replace('T', ' ') ?? '',
      attempts ?? '',
      origin,
      correlationId ?? '',
      reason.length > longestReason ? `${reason.slice(0, longestReason - 3)}...` : reason,
    ]);
  const heading = ['ID', 'DEAD SINCE', 'ATTEMPTS', 'ORIGIN', 'CORRELATION ID', 'REASON'];
  return [
    ...columns([heading, ...rows]),
    '',
    'next: dead-letters show <id>, then redrive or drop it',
  ];
}

const longestReason = 100;

/** Everything about one dead letter, its body too. @throws {UsageError} none has this id. */
export async function showDeadLetter(
  stores: readonly DeadLetterStore[],
  id: string | undefined,
): Promise<string[]> {
  const lines: string[] = [];
  await forChosen(stores, { id, all: false }, ({ deadLetter }) => {
    lines.push(...describe(deadLetter));
    return Promise.resolve();
  });
  return lines;
}

/**
 * Publishes the events to their origins, under the ids they had.
 *
 * @throws {NotRedrivableError} the dead letter is kept; of `--all`, after the others were redriven.
 */
export async function redriveDeadLetters(
  stores: readonly DeadLetterStore[],
  choice: Choice,
  print: Print,
): Promise<string[]> {
  let kept = 0;
  const found = await forChosen(stores, choice, async ({ deadLetter: { id, origin }, redrive }) => {
    try {
      await redrive();
      print(`${id} redriven to ${origin}`);
    } catch (error) {
      if (!(choice.all && error instanceof NotRedrivableError)) throw error;
      kept += 1;
      print(`${id} kept: ${error.message}`);
    }
  });
  if (kept > 0)
    throw new NotRedrivableError(`${kept} of ${found} dead letters are kept: show and drop them`);
  return found === 0 ? ['no dead letters'] : [];
}

/** Deletes the dead letters. */
export async function dropDeadLetters(
  stores: readonly DeadLetterStore[],
  choice: Choice,
  print: Print,
): Promise<string[]> {
  const found = await forChosen(stores, choice, async ({ deadLetter: { id, origin }, drop }) => {
    await drop();
    print(`${id} dropped, from ${origin}`);
  });
  return found === 0 ? ['no dead letters'] : [];
}

/**
 * @returns how many there were.
 * @throws {UsageError} an invalid choice, or none has this id.
 * @throws {IncompleteListError} the one asked for may be at a broker that could not be read.
 */
async function forChosen(
  stores: readonly DeadLetterStore[],
  { id, all }: Choice,
  act: (held: HeldDeadLetter) => Promise<void>,
): Promise<number> {
  if (all === (id !== undefined))
    throw new UsageError('invalid choice: expected the id of one dead letter, or --all');
  if (id !== undefined && !/^[0-9a-f]{8}$/.test(id))
    throw new UsageError(`invalid id '${id}': expected the 8 hex digits that list shows`);
  let found = 0;
  const unread = await openEach(stores, async (held) => {
    for (const one of held.filter(({ deadLetter }) => all || deadLetter.id === id)) {
      found += 1;
      await act(one);
    }
  });
  if (unread.length > 0 && (all || found === 0)) throw incomplete(unread);
  if (id !== undefined && found === 0)
    throw new UsageError(`dead letter ${id} not found: list them first`);
  return found;
}

function describe(deadLetter: DeadLetter): string[] {
  const line = (name: string, text: string | undefined) =>
    text === undefined || text === '' ? [] : [`  ${name.padEnd(12)}${text}`];
  return [
    `dead letter ${deadLetter.id}`,
    ...line('reason', deadLetter.reason),
    ...line('attempts', deadLetter.attempts),
    ...line('dead since', deadLetter.at?.toISOString()),
    ...line('kept in', deadLetter.place),
    ...line('origin', deadLetter.origin),
    ...line('event', deadLetter.eventId),
    ...line('analysis', deadLetter.correlationId),
    ...Object.entries(deadLetter.headers).flatMap(([name, value]) =>
      line('header', `${name}: ${value}`),
    ),
    ...line('body', `${deadLetter.body.length} bytes`),
    ...(deadLetter.body.length === 0 ? [] : [bodyText(deadLetter.body)]),
  ];
}

const longestBody = 4_000;

/** Pretty where it is JSON. */
function bodyText(body: Buffer): string {
  const text = body.toString('utf8');
  if (text.includes('\uFFFD')) return '(not UTF-8)';
  const shortened = (whole: string) =>
    whole.length > longestBody ? `${whole.slice(0, longestBody)}\n... (cut)` : whole;
  try {
    return shortened(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return shortened(text); // not JSON, which may be why it is here
  }
}
