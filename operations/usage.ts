import { correlationIdSchema } from '../contracts/recognition.ts';
import { correlationIdOf } from '../contracts/topology.ts';

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

  dead-letters list                  what neither broker could deliver, with origin and reason
  dead-letters show <letter>         all of one, its body too
  dead-letters redrive <letter> | --all   back where it came from, under the event id it had
  dead-letters drop <letter> | --all      given up

  keys rotate [--now]                new keys of the store and for tickets, of the local stack only; those
                                     of before count for 24 h, with --now (a key leaked) they end at once

<id> is the correlationId, or analysis-<correlationId> as the Temporal UI shows it.
<letter> is the id that list shows.
The servers are those of the local stack, or at TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, KAFKA_BROKERS, RABBITMQ_URL.`;

/** @throws {UsageError} no id of an analysis. */
export function readId(text: string | undefined): string {
  const id = correlationIdSchema.safeParse(correlationIdOf(text ?? '') ?? text);
  if (id.success) return id.data;
  throw new UsageError(`'${text ?? ''}' is no correlationId\n\n${usage}`);
}
