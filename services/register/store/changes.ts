// What is known of one analysis, however it came to be known. Joining is commutative, associative and
// idempotent, so that the order and the repetition of events change nothing.
import type { Correction } from '../../../contracts/acts.ts';
import type { ConfirmedImage, ResultFields } from '../../../contracts/recognition.ts';
import type { AnalysisState } from '../../../contracts/rest.ts';

export interface Upload extends Omit<ConfirmedImage, 'objectKey'> {
  /** Undefined where Temporal alone tells of the upload. */
  readonly uploadedAt: Date | undefined;
}

export interface RunEnd extends ResultFields {
  readonly success: boolean;
  readonly completedAt: Date;
}

export interface Run {
  readonly runId: string;
  readonly startedAt: Date;
  readonly end: RunEnd | undefined;
}

export interface Change {
  readonly correlationId: string;
  readonly owner: string;
  readonly objectKey: string;
  readonly upload?: Upload | undefined;
  readonly runs: readonly Run[];
  /** What the owner says; no event of a run brings one, and a redo leaves it. */
  readonly correction?: Correction | undefined;
  /** When the owner deleted it: nothing is kept then, whatever else is known. */
  readonly deletedAt?: Date | undefined;
}

export function joinChanges(a: Change, b: Change): Change {
  const runs = new Map(a.runs.map((run) => [run.runId, run]));
  for (const run of b.runs) {
    const known = runs.get(run.runId);
    runs.set(run.runId, known === undefined ? run : joinRuns(known, run));
  }
  return {
    ...a,
    upload: joinUploads(a.upload, b.upload),
    runs: [...runs.values()],
    correction: joinCorrections(a.correction, b.correction),
    deletedAt: a.deletedAt ?? b.deletedAt,
  };
}

/** The last word counts. */
const joinCorrections = (a: Correction | undefined, b: Correction | undefined) =>
  a === undefined || (b !== undefined && b.correctedAt > a.correctedAt) ? b : a;

const joinUploads = (a: Upload | undefined, b: Upload | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : least(a, b, uploadKey);

const joinRuns = (a: Run, b: Run): Run => ({
  runId: a.runId,
  startedAt: least(a.startedAt, b.startedAt, (at) => [at.getTime()]),
  end: a.end === undefined || b.end === undefined ? (a.end ?? b.end) : least(a.end, b.end, endKey),
});

/** What says when it was uploaded counts before what does not. */
const uploadKey = ({ uploadedAt, contentType, bytes, checksum }: Upload) => [
  uploadedAt?.getTime() ?? Infinity,
  `${contentType} ${bytes} ${checksum}`,
];

/**
 * A run ends once, but both its own announcement and the one for a run that could not announce itself
 * may come, and Temporal may be asked as well: a good result counts before a failure, then the earlier.
 */
const endKey = ({ success, completedAt, ...result }: RunEnd) => [
  success ? 0 : 1,
  completedAt.getTime(),
  JSON.stringify(result),
];

function least<T>(a: T, b: T, keyOf: (value: T) => readonly (number | string)[]): T {
  const [keyA, keyB] = [keyOf(a), keyOf(b)];
  for (const [at, one] of keyA.entries()) {
    const other = keyB[at] ?? one;
    if (one !== other) return one < other ? a : b;
  }
  return a;
}

export function stateOf({ end }: Run): AnalysisState {
  if (end === undefined) return 'RUNNING';
  const code = end.failure?.code;
  if (code === 'CANCELLED' || code === 'TERMINATED') return code;
  return end.success ? 'COMPLETED' : 'FAILED';
}

/** The run that stands for the analysis, and the newest one where that is another. */
export function shownRun(runs: readonly Run[]): { shown: Run | undefined; redo: Run | undefined } {
  const byStart = [...runs].sort(
    (a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.runId < b.runId ? -1 : 1),
  );
  const newest = byStart.at(-1);
  const shown = byStart.findLast(({ end }) => end?.success) ?? newest; // a failed redo erases nothing
  return { shown, redo: shown === newest ? undefined : newest };
}
