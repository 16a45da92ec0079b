// What a workflow is given, told and asked. Clients use the names of contracts/topology.ts.
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ConfirmedImage, Failure, RecognitionResult } from '../contracts/recognition.ts';
import { signals } from '../contracts/topology.ts';

/** Input of `analyzeImage`: everything the run will ever need, nothing is read from outside. */
export interface AnalysisInput extends ConfirmedImage {
  readonly correlationId: string;
  readonly owner: string;
  /** Who asks for recognition first: this workflow, or the adapter itself from Kafka. */
  readonly entry: 'orchestrator' | 'adapter';
  /** How long to wait for the recognition before the run ends as `TIMED_OUT`, in milliseconds. */
  readonly patienceMs: number;
  /** Entry `adapter`: how long the adapter has before the workflow asks it, in milliseconds. */
  readonly graceMs: number;
  /** W3C Trace Context of the upload; goes on to the adapter and into both announcements. */
  readonly traceparent?: string;
  /** The run that an operator repeats. Absent: the first run, to which facts without a run belong. */
  readonly redoOf?: string;
}

/** A recognition that came by event (`tu.recognition.completed`). */
export interface RecognitionFact {
  readonly eventId: string;
  /** The run that asked for it, sent by older orchestrators only; absent: nobody asked. */
  readonly runId?: string;
  readonly recognition: RecognitionResult;
}

/** How a run ended: with a recognition, or with a failure that the client is told. */
export type Outcome = { readonly recognition: RecognitionResult } | { readonly failure: Failure };

export const recognitionCompleted = defineSignal<[RecognitionFact]>(signals.recognitionCompleted);

export interface AnalysisProgress {
  /** The step that `setCurrentDetails` shows too. */
  readonly step: string;
  /** Absent until it is decided; then it is final. */
  readonly outcome?: Outcome;
}

/** `temporal workflow query --type progress`: where the run is. */
export const progress = defineQuery<AnalysisProgress>('progress');
