import type { Report } from './report.ts';

/** One JSON object per photo on stdout, as soon as it is known, and nothing else. */
export const openJson = (): Report => ({
  step: () => undefined,
  outcome: (outcome) => console.log(JSON.stringify(outcome)),
  note: (text) => console.error(text),
  close: () => Promise.resolve(),
});
