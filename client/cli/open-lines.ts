import { lineOf } from './outcome.ts';
import type { Report } from './report.ts';

/** A line per photo, numbered where it is known how many there are. */
export function openLines(total: number | undefined): Report {
  let shown = 0;
  return {
    step: () => undefined,
    outcome(outcome) {
      shown += 1;
      const number = total === undefined || total === 1 ? '' : `[${shown}/${total}] `;
      console.log(`${number}${lineOf(outcome)}`);
    },
    note: (text) => console.error(text),
    close: () => Promise.resolve(),
  };
}
