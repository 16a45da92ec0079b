// `dead-letters list | show | redrive | drop`: what neither broker could deliver, with origin and reason.
import {
  NotRedrivableError,
  type DeadLetter,
  type DeadLetterOffice,
  type Held,
} from './dead-letter.ts';
import { columns } from '../columns.ts';
import { UsageError } from '../usage.ts';

/** Which letters a command is about: one by its id, or all. */
export interface Choice {
  readonly id: string | undefined;
  readonly all: boolean;
}

/** One line per letter, oldest first. */
export async function listLetters(offices: readonly DeadLetterOffice[]): Promise<string[]> {
  const letters: DeadLetter[] = [];
  await inEach(offices, (held) => {
    letters.push(...held.map(({ letter }) => letter));
    return Promise.resolve();
  });
  if (letters.length === 0) return ['none'];
  const rows = letters
    .toSorted((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0))
    .map((letter) => [
      letter.id,
      letter.at?.toISOString().slice(0, 19).replace('T', ' ') ?? '',
      letter.attempts ?? '',
      letter.origin,
      letter.correlationId ?? '',
      shortened(letter.reason),
    ]);
  const heading = ['ID', 'DIED', 'TRIES', 'ORIGIN', 'CORRELATION ID', 'REASON'];
  return [
    ...columns([heading, ...rows]),
    '',
    'show <id> tells all of one; redrive or drop it then',
  ];
}

/** Everything about one letter, its body too. @throws {UsageError} there is no such letter. */
export async function showLetter(
  offices: readonly DeadLetterOffice[],
  id: string | undefined,
): Promise<string[]> {
  const lines: string[] = [];
  const found = await forChosen(offices, { id, all: false }, ({ letter }) => {
    lines.push(...describe(letter), '');
    return Promise.resolve();
  });
  if (found === 0) throw new UsageError(`there is no dead letter ${id ?? ''}: list them first`);
  return lines.slice(0, -1);
}

/** Puts the letters back where they came from, with the event ids they had. */
export function redriveLetters(
  offices: readonly DeadLetterOffice[],
  choice: Choice,
  tell: (line: string) => void,
) {
  return settle(offices, choice, tell, 'back in', (held) => held.redrive());
}

/** Gives the letters up. */
export function dropLetters(
  offices: readonly DeadLetterOffice[],
  choice: Choice,
  tell: (line: string) => void,
) {
  return settle(offices, choice, tell, 'dropped from', (held) => held.drop());
}

/**
 * Each letter is told of as soon as it is settled: a fault on the way hides nothing that was done.
 *
 * @throws {NotRedrivableError} the letter stays; of `--all`, after the others have gone.
 */
async function settle(
  offices: readonly DeadLetterOffice[],
  choice: Choice,
  tell: (line: string) => void,
  done: string,
  act: (held: Held) => Promise<void>,
): Promise<void> {
  let staying = 0;
  const found = await forChosen(offices, choice, async (held) => {
    const { id, origin } = held.letter;
    try {
      await act(held);
      tell(`${id} ${done} ${origin}`);
    } catch (error) {
      if (!(choice.all && error instanceof NotRedrivableError)) throw error;
      staying += 1;
      tell(`${id} stays: ${error.message}`);
    }
  });
  if (staying > 0)
    throw new NotRedrivableError(`${staying} of ${found}; show and drop what is of no use`);
  if (found > 0) return;
  if (!choice.all)
    throw new UsageError(`there is no dead letter ${choice.id ?? ''}: list them first`);
  tell('none');
}

/** @returns how many there were. */
async function forChosen(
  offices: readonly DeadLetterOffice[],
  { id, all }: Choice,
  act: (held: Held) => Promise<void>,
): Promise<number> {
  if (all === (id !== undefined)) throw new UsageError('give the id of one dead letter, or --all');
  if (id !== undefined && !/^[0-9a-f]{8}$/.test(id))
    throw new UsageError(`'${id}' is no id of a dead letter: 8 hex digits, as list shows them`);
  let found = 0;
  await inEach(offices, async (letters) => {
    for (const held of letters.filter(({ letter }) => all || letter.id === id)) {
      found += 1;
      await act(held);
    }
  });
  return found;
}

async function inEach(
  offices: readonly DeadLetterOffice[],
  work: (letters: readonly Held[]) => Promise<void>,
): Promise<void> {
  for (const office of offices) await office.open(work);
}

const longestReason = 100;
const shortened = (text: string) =>
  text.length > longestReason ? `${text.slice(0, longestReason - 3)}...` : text;

const longestBody = 4_000;

function describe(letter: DeadLetter): string[] {
  const line = (name: string, text: string | undefined) =>
    text === undefined || text === '' ? [] : [`  ${name.padEnd(12)}${text}`];
  return [
    `dead letter ${letter.id}`,
    ...line('reason', letter.reason),
    ...line('tries', letter.attempts),
    ...line('died', letter.at?.toISOString()),
    ...line('kept in', letter.place),
    ...line('origin', letter.origin),
    ...line('event', letter.eventId),
    ...line('analysis', letter.correlationId),
    ...Object.entries(letter.headers).flatMap(([name, value]) =>
      line('header', `${name}: ${value}`),
    ),
    ...line('body', `${letter.body.length} bytes`),
    ...(letter.body.length === 0 ? [] : [bodyText(letter.body)]),
  ];
}

/** Pretty where it is JSON; what is no text at all is told as such. */
function bodyText(body: Buffer): string {
  const text = body.toString('utf8');
  if (text.includes('\uFFFD')) return '(no text)';
  const short = (whole: string) =>
    whole.length > longestBody ? `${whole.slice(0, longestBody)}\n... (cut)` : whole;
  try {
    return short(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return short(text); // not JSON, which may be why it died
  }
}
