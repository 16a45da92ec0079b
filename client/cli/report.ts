import type { Outcome, Step } from './outcome.ts';

/** What a run shows on the terminal. */
export interface Report {
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
  const found = known.length === 0 ? 'nothing recognised' : known.join(' ');
  const sure = aggregate.isConfident ? 'sure' : 'not sure';
  const percent = Math.round(aggregate.confidence * 100);
  const facts = `${status}, ${percent} %, ${sure}, ${outcome.seconds.toFixed(1)} s`;
  const same = outcome.sameAs === undefined ? '' : `, the same photo as ${outcome.sameAs}`;
  return `${outcome.photo}: ${found} (${facts})${same}`;
}

/** A name may hold line ends and what moves the cursor of a terminal. */
export const printable = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
