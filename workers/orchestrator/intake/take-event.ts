// The two events that the orchestrator lives from, each as one call to Temporal.
import { setTimeout as pause } from 'node:timers/promises';
import { decodeEvent } from '../../../contracts/cloudevents.ts';
import type { DomainEvent } from '../../../contracts/events.ts';
import type { ConfirmedImage } from '../../../contracts/recognition.ts';
import type { Delivery } from '../../../platform/rabbitmq/rabbitmq.ts';
import type { Temporal } from '../../../platform/temporal/temporal.ts';
import type { AnalysisInput } from '../../../workflows/messages.ts';
import { signalRecognition, startAnalysis } from './start-analysis.ts';

/** What every new run is given from the configuration; fixed for the run from then on. */
export type AnalysisDefaults = Pick<AnalysisInput, 'entry' | 'patienceMs' | 'graceMs'>;

/** Resolves when Temporal has accepted; rejects as verdicts.ts understands. */
export type TakeEvent = (delivery: Delivery) => Promise<{ correlationId: string }>;

/** `tu.image.uploaded`: starts the analysis. */
export function takeUpload(temporal: Temporal, defaults: AnalysisDefaults): TakeEvent {
  return async ({ headers, body }) => {
    const event = decodeEvent('tu.image.uploaded', headers, body);
    await startAnalysis(temporal, inputOf(event, defaults));
    return { correlationId: event.correlationid };
  };
}

/**
 * How long an activity's answer may take to its workflow before the event that says the same follows
 * as a signal. A signal that comes second costs Temporal a write, often a workflow task, and changes
 * nothing; after the head start it mostly finds the run closed, which costs a look.
 */
const headStartMs = 1_000;

/** `tu.recognition.completed`: signals the analysis; one that nobody asked for at once. */
export function takeRecognition(temporal: Temporal, defaults: AnalysisDefaults): TakeEvent {
  return async ({ headers, body }) => {
    const event = decodeEvent('tu.recognition.completed', headers, body);
    const { provider, aggregate, status, reasons, unsupportedFeatures } = event.data;
    if (event.runid !== undefined) await pause(untilHeadStartEnds(event.time));
    await signalRecognition(temporal, inputOf(event, defaults), {
      eventId: event.id,
      ...(event.runid === undefined ? {} : { runId: event.runid }),
      recognition: { provider, aggregate, status, reasons, unsupportedFeatures },
    });
    return { correlationId: event.correlationid };
  };
}

/** Nothing for an event that has waited elsewhere; never more, whatever the clocks say. */
export const untilHeadStartEnds = (time: string, now = Date.now()) =>
  Math.min(headStartMs, Math.max(0, Date.parse(time) + headStartMs - now));

/** Both events carry all that a run needs: either may come first. */
function inputOf(
  event: DomainEvent<'tu.image.uploaded'> | DomainEvent<'tu.recognition.completed'>,
  defaults: AnalysisDefaults,
): AnalysisInput {
  const { objectKey, contentType, bytes, checksum }: ConfirmedImage = event.data;
  const image = { objectKey, contentType, bytes, checksum };
  const { correlationid: correlationId, owner, traceparent } = event;
  const trace = traceparent === undefined ? {} : { traceparent };
  return { correlationId, owner, ...image, ...defaults, ...trace };
}
