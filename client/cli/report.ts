import type { Outcome } from './outcome.ts';

/** Where one photo is on its way. */
export type Step =
  | { readonly at: 'uploading'; readonly share: number }
  | { readonly at: 'waiting' }
  | { readonly at: 'analysing' };

/** Who shows what happens. */
export interface Report {
  step(photo: string, step: Step): void;
  outcome(outcome: Outcome): void;
  /** A word about the run itself. */
  note(text: string): void;
  /** Resolves when the last word is on the screen. */
  close(): Promise<void>;
}
