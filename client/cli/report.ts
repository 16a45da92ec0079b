import type { Retry } from '../sdk/index.ts';
import type { Outcome, Step } from './outcome.ts';

/** What a run shows on the terminal. */
export interface Report {
  /** Whether it can show where a photo stands in its queue. */
  readonly showsPlaces?: boolean;
  step(photo: string, step: Step): void;
  outcome(outcome: Outcome): void;
  /** About the run itself; on stderr. */
  note(text: string): void;
  /** Resolves when everything is on the screen. */
  close(): Promise<void>;
}

/** A line per photo, numbered where it is known how many there are. */
export function reportLines(total: number | undefined): Report {
  let shown = 0;
  return {
    step: () => undefined,
    outcome(outcome) {
      shown += 1;
      const number = total === undefined || total === 1 ? '' : `[${shown}/${total}] `;
      console.log(`${number}${lineOf(outcome)}`);
    },
    note: (text) => console.error(printable(text)),
    close: () => Promise.resolve(),
  };
}

/** One JSON object per photo on stdout, as soon as it is known, and nothing else. */
export const reportJson = (): Report => ({
  step: () => undefined,
  outcome: (outcome) => console.log(JSON.stringify(outcome)),
  note: (text) => console.error(printable(text)),
  close: () => Promise.resolve(),
});

/** One line for people: what it is and how sure that is, or what went wrong and what to do. */
export const lineOf = (outcome: Outcome): string => printable(describe(outcome));

function describe(outcome: Outcome): string {
  if (!outcome.success) {
    const { code, message, remedy } = outcome.failure;
    const id = outcome.correlationId === null ? '' : ` [${outcome.correlationId}]`;
    return `${outcome.photo}: ${code}, ${message}. ${remedy}${id}`;
  }
  const { aggregate, status } = outcome.recognition;
  const known = [aggregate.brand, aggregate.type, aggregate.model].filter((part) => part != null);
  const found = known.length === 0 ? 'nothing recognized' : known.join(' ');
  const sure = aggregate.isConfident ? 'sure' : 'not sure';
  const percent = Math.round(aggregate.confidence * 100);
  const facts = `${status}, ${percent} %, ${sure}, ${outcome.seconds.toFixed(1)} s`;
  const same = outcome.sameAs === undefined ? '' : `, the same photo as ${outcome.sameAs}`;
  const earlier = outcome.duplicateOf ? `, recognized before as ${outcome.duplicateOf}` : '';
  return `${outcome.photo}: ${found} (${facts})${same}${earlier}`;
}

/** A name may hold line ends and what moves the cursor of a terminal. */
export const printable = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);

const reportEveryMs = 15_000;
const repeatEveryMs = 5 * 60_000; // the same again is no news
const recoveredAfterMs = 2 * 60_000; // what still fails is retried more often than that

/** Says why nothing moves; a single failure is over before it is read. */
export function reportRetries(): (retry: Retry) => void {
  let said = { message: '', since: 0, next: 0 };
  let lastAt = 0;
  return ({ failure: { message }, failures }) => {
    const now = Date.now();
    if (now - lastAt > recoveredAfterMs) said = { message: '', since: 0, next: 0 };
    lastAt = now;
    if (failures < 2) return;
    if (message !== said.message && now >= said.next) {
      said = { message, since: now, next: now + reportEveryMs };
      console.error(`${message}; retrying ...`);
    } else if (message === said.message && now >= said.since + repeatEveryMs) {
      said.since = now;
      console.error(`${message}, still; retrying ...`);
    }
  };
}
