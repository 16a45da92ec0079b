// The two events that the orchestrator lives from, each at most one call to Temporal.
import { decodeEvent } from '../../../contracts/cloudevents.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import { imageOf, recognitionResultSchema } from '../../../contracts/recognition.ts';
import type { Delivery } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { signalRecognition, startAnalysis } from './start-analysis.ts';

/** What every new run is given from the configuration; fixed for the run from then on. */
export type AnalysisDefaults = Pick<AnalysisInput, 'entry' | 'patienceMs' | 'graceMs'>;

export interface TakenEvent {
  readonly correlationId: string;
  readonly outcome: 'accepted' | 'answered';
}

/** Resolves when Temporal has accepted or need not be asked; rejects with an error that outcomes.ts knows. */
export type TakeEvent = (delivery: Delivery) => Promise<TakenEvent>;

/** `tu.image.uploaded`: starts the analysis. */
export function takeUpload(temporal: Temporal, defaults: AnalysisDefaults): TakeEvent {
  return async ({ headers, body }) => {
    const event = decodeEvent('tu.image.uploaded', headers, body);
    const uploadedMs = Date.parse(event.time);
    const consumedMs = Date.parse(headers['kafka-consumed-at'] ?? '') || Date.now();
    const isLate = consumedMs - uploadedMs > lateMs;
    const uploadedAt = isLate ? new Date(uploadedMs).toISOString() : undefined;
    const input = { ...inputOf(event, defaults), uploadedAt };
    await startAnalysis(temporal, input, event.priority);
    return { correlationId: event.correlationid, outcome: 'accepted' };
  };
}

/**
 * An event that was older when it left Kafka may have been read before: somebody has set the bridge's
 * offsets back, and Temporal keeps nothing of the run any more that would make it a duplicate.
 */
const lateMs = 60 * 60_000;

/** `tu.recognition.completed`: signals the analysis, unless a run asked for it: its activity answers. */
export function takeRecognition(temporal: Temporal, defaults: AnalysisDefaults): TakeEvent {
  return async ({ headers, body }) => {
    const event = decodeEvent('tu.recognition.completed', headers, body);
    const correlationId = event.correlationid;
    if (event.runid !== undefined) return { correlationId, outcome: 'answered' };
    await signalRecognition(temporal, inputOf(event, defaults), {
      eventId: event.id,
      recognition: recognitionResultSchema.parse(event.data),
    });
    return { correlationId, outcome: 'accepted' };
  };
}

/** Both events carry all that a run needs: either may come first. */
function inputOf(
  event: DomainEvent<'tu.image.uploaded'> | DomainEvent<'tu.recognition.completed'>,
  defaults: AnalysisDefaults,
): AnalysisInput {
  const { correlationid: correlationId, owner, traceparent } = event;
  return { correlationId, owner, ...imageOf(event.data), ...defaults, traceparent };
}
