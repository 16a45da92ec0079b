import { correlationIdSchema } from '../../../contracts/recognition.ts';
import { correlationIdOf } from '../../../contracts/topology.ts';

/** The command line is not one of ours; `message` says what is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run ops -- <command>

  analyses list [--state running|completed|failed|cancelled|terminated] [--owner <owner>]
                [--brand <brand>] [--code <failure code>] [--first 20]
  analyses show <id>                 where it is, why it waits, how it ended and what helps
  analyses cancel <id>               the client hears CANCELLED
  analyses redo <id> [--terminate]   a new run with the old input; a running one is cancelled first,
                                     with --terminate ended at once

<id> is the correlationId, or analysis-<correlationId> as the Temporal UI shows it.
Temporal is found by TEMPORAL_ADDRESS (127.0.0.1:7233) and TEMPORAL_NAMESPACE (default).`;

/** @throws {UsageError} no id of an analysis. */
export function readId(text: string | undefined): string {
  const id = correlationIdSchema.safeParse(correlationIdOf(text ?? '') ?? text);
  if (id.success) return id.data;
  throw new UsageError(`'${text ?? ''}' is no correlationId\n\n${usage}`);
}
