import type { Recognition } from '../../contracts/schema.generated.ts';

/** How it ended for one photo; what `--json` prints. */
export type Outcome = {
  readonly photo: string;
  /** Null when the photo was not even accepted. */
  readonly correlationId: string | null;
  readonly seconds: number;
} & (
  | { readonly success: true; readonly recognition: Recognition; readonly failure: null }
  | { readonly success: false; readonly recognition: null; readonly failure: Shortfall }
);

export interface Shortfall {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** One line for people: what it is and how sure that is, or what went wrong and what to do. */
export function lineOf(outcome: Outcome): string {
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
  return `${outcome.photo}: ${found} (${status}, ${percent} %, ${sure}, ${outcome.seconds.toFixed(1)} s)`;
}
