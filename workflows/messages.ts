// Input, signal and query of the analysis workflow. Clients use the names of contracts/topology.ts.
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type {
  AnalysisResult,
  ConfirmedImage,
  RecognitionResult,
} from '../contracts/recognition.ts';
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
  readonly traceparent?: string | undefined;
  /**
   * When the photo was uploaded, where that is so long ago that an earlier run, of which nothing is kept,
   * may have paid for a recognition: RFC 3339, in UTC.
   */
  readonly uploadedAt?: string | undefined;
  /** The run that an operator repeats. Absent: the first run, to which signals without a run belong. */
  readonly redoOf?: string | undefined;
}

/** A recognition that came by event (`tu.recognition.completed`). */
export interface RecognitionSignal {
  readonly eventId: string;
  /** The run that asked for it, sent by older orchestrators only; absent: nobody asked. */
  readonly runId?: string | undefined;
  readonly recognition: RecognitionResult;
}

export const recognitionCompleted = defineSignal<[RecognitionSignal]>(signals.recognitionCompleted);

export interface AnalysisProgress {
  /** The step that `setCurrentDetails` shows too. */
  readonly step: string;
  /** Absent until it is decided; then it is final. */
  readonly outcome?: AnalysisResult | undefined;
  /** Signals that were sent by hand with something else than a recognition. */
  readonly ignoredSignals: number;
}

/** `temporal workflow query --type progress`: where the run is. */
export const progress = defineQuery<AnalysisProgress>('progress');
