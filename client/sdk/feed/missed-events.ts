import type { Analysis } from '../graphql/api.generated.ts';
import { readAnalyses, readFeedCursors } from '../graphql/read-analyses.ts';
import type { Transport } from '../graphql/transport.ts';
import { isCursorRefused, UnavailableError } from '../http/errors.ts';
import { completedEvent, correctedEvent, startedEvent, timeOf, type FeedEvent } from './events.ts';
import type { Gap } from './subscribe.ts';

const eventLagMs = 10 * 60_000; // an event enters the stream later than it happened
const listWaitMs = 60_000; // a list that has not caught up by then may wait for a cursor of another stream

/**
 * The events in a gap, as the list of analyses knows them, oldest first. The list is asked for with all
 * that stands before the gap's cursor, however far it lags behind the stream; where that takes longer
 * than a minute, with all that stands before the newest cursor of then. The last one has the cursor on
 * which a later `watch` goes on.
 *
 * @throws {TrackunitError} a final failure; the signal's reason when it is aborted.
 */
export async function readMissed(
  transport: Transport,
  gap: Gap,
  signal: AbortSignal,
): Promise<FeedEvent[]> {
  const since = (gap.since ?? 0) - eventLagMs;
  for (let atLeast = gap.cursor; ;) {
    try {
      return await readList(transport, { since, atLeast, cursor: gap.cursor, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UnavailableError || isCursorRefused(error))) throw error;
      const cursors = await readFeedCursors(transport, { signal, retryForMs: Infinity });
      atLeast = cursors.events;
    }
  }
}

async function readList(
  transport: Transport,
  of: { since: number; atLeast: string; cursor: string; signal: AbortSignal },
): Promise<FeedEvent[]> {
  const { since, atLeast, signal } = of;
  const missed: FeedEvent[] = [];
  const list = readAnalyses(transport, {
    ...{ atLeast, signal, retryForMs: listWaitMs },
    changedSince: since > 0 ? new Date(since).toISOString() : null,
  });
  for await (const analysis of list)
    missed.push(...eventsOf(analysis).filter((event) => timeOf(event) >= since));
  missed.sort((a, b) => timeOf(a) - timeOf(b));
  const last = missed.pop();
  return last === undefined ? [] : [...missed, { ...last, cursor: of.cursor }];
}

/** What happened to an analysis, as its state tells: of its newest good run, of a redo since, and what its owner said. */
export function eventsOf(analysis: Analysis): FeedEvent[] {
  const { correlationId, objectKey, redo, correction } = analysis;
  const runs = [
    analysis,
    ...(redo ? [{ ...redo, recognitionPayload: null, duplicateOf: null }] : []),
  ];
  const events: FeedEvent[] = runs.map(
    ({ startedAt, completedAt, recognitionPayload = null, failure = null, duplicateOf = null }) => {
      const run = { correlationId, objectKey, startedAt, eventId: null };
      return completedAt == null
        ? startedEvent(run, null)
        : completedEvent({ ...run, completedAt, recognitionPayload, failure, duplicateOf }, null);
    },
  );
  if (correction)
    events.push(correctedEvent({ ...correction, correlationId, eventId: null }, null));
  return events;
}
