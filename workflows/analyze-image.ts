import {
  CancellationScope,
  condition,
  log,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { AnnouncementActivities, Announcement } from '../activities/announce.ts';
import type { RecognitionActivities } from '../activities/recognize-image.ts';
import type {
  AnalysisResult,
  RecognitionRequest,
  RecognitionResult,
} from '../contracts/recognition.ts';
import { assertInput, assertRecognition, isRecognitionSignal } from './check-recognition.ts';
import { progress, recognitionCompleted, type AnalysisInput } from './messages.ts';
import { policies, timerSummaries } from './policies.ts';
import { completedData } from './result-fields.ts';
import { closeRun, failed, succeeded, timedOut } from './result.ts';
import { attributesAtEnd } from './search-attributes.ts';

const { recognizeImage } = proxyActivities<RecognitionActivities>(policies.recognize);
const { announceStarted, announceCompleted } = proxyLocalActivities<AnnouncementActivities>(
  policies.announce,
);

/**
 * One photo from its upload to its announced end.
 *
 * The first result wins, be it the activity's or a signal's; the other is ignored.
 * Whatever happens short of termination is announced on `analysis.completed` exactly once per run;
 * only then the run closes, as what it was: Completed, Failed (its type is the code) or Canceled.
 *
 * @returns what was recognised.
 */
export async function analyzeImage(input: AnalysisInput): Promise<RecognitionResult> {
  assertInput(input);
  const run = observeRun(input); // before the first await: a signal may be here already
  const result = await firstResult(input, run).then(succeeded, failed);
  run.decide(result); // from here on final: a cancel during the announcement changes nothing
  await CancellationScope.nonCancellable(() => announceEnd(input, result));
  run.enter('ended');
  return closeRun(result);
}

interface ObservedRun {
  /** The recognition that a signal brought. */
  signalled(): RecognitionResult | undefined;
  enter(step: string): void;
  decide(result: AnalysisResult): void;
}

/** Takes signals, answers the query and shows operators the current step. */
function observeRun(input: AnalysisInput): ObservedRun {
  let recognition: RecognitionResult | undefined;
  let outcome: AnalysisResult | undefined;
  let step = 'announcing the start';
  let ignoredSignals = 0;
  setHandler(recognitionCompleted, (signal: unknown) => {
    if (!isRecognitionSignal(signal)) {
      ignoredSignals += 1;
      log.warn('signal ignored: its payload is not a recognition');
    } else if (belongsToThisRun(input, signal.runId)) recognition ??= signal.recognition;
  });
  setHandler(progress, () => ({ step, outcome, ignoredSignals }), {
    description: 'The current step and, once decided, the outcome',
  });
  return {
    signalled: () => recognition,
    enter(name) {
      step = name;
      setCurrentDetails(`**${name}**\n\nphoto \`${input.objectKey}\``);
    },
    decide(result) {
      outcome = result;
      this.enter('announcing the end');
    },
  };
}

/** An operator's redo is another run: an answer to an older one must not decide it. */
function belongsToThisRun(input: AnalysisInput, runId: string | null | undefined): boolean {
  return runId == null ? input.redoOf === undefined : runId === workflowInfo().runId;
}

async function firstResult(input: AnalysisInput, run: ObservedRun): Promise<RecognitionResult> {
  run.enter('announcing the start');
  await announceStarted(
    announcement(input, { objectKey: input.objectKey, startedAt: startedAt() }),
  );
  const early = run.signalled();
  if (early !== undefined) return early; // it came first: no Vision call

  const race = new CancellationScope();
  try {
    return await race.run(() =>
      Promise.race([resultFromSignal(input, run), resultFromActivity(input, run)]),
    );
  } finally {
    race.cancel(); // the loser, and the timers
  }
}

async function resultFromSignal(
  { patienceMs: timeoutMs }: AnalysisInput,
  run: ObservedRun,
): Promise<RecognitionResult> {
  await condition(() => run.signalled() !== undefined, timeoutMs, {
    summary: timerSummaries.timeout,
  });
  const recognition = run.signalled();
  if (recognition === undefined) throw timedOut(timeoutMs);
  return recognition;
}

async function resultFromActivity(
  input: AnalysisInput,
  run: ObservedRun,
): Promise<RecognitionResult> {
  if (input.entry === 'adapter') {
    run.enter('waiting for the adapter');
    await sleep(input.graceMs, { summary: timerSummaries.grace });
  }
  run.enter('asking the vision adapter');
  const recognition = await recognizeImage(recognitionRequest(input), input.traceparent);
  assertRecognition(recognition);
  return recognition;
}

async function announceEnd(input: AnalysisInput, result: AnalysisResult): Promise<void> {
  upsertSearchAttributes(attributesAtEnd(result));
  const { objectKey } = input;
  const times = { startedAt: startedAt(), completedAt: new Date().toISOString() };
  await announceCompleted(announcement(input, completedData(objectKey, times, result)));
}

function announcement<Data>(input: AnalysisInput, data: Data): Announcement<Data> {
  const { correlationId, owner, traceparent } = input;
  return { correlationId, owner, runId: workflowInfo().runId, traceparent, data };
}

function recognitionRequest(input: AnalysisInput): RecognitionRequest {
  const { correlationId, owner, objectKey, contentType, bytes, checksum } = input;
  const { runId } = workflowInfo();
  const image = { objectKey, contentType, bytes, checksum };
  const asked = { correlationId, runId, owner, ...image };
  if (input.redoOf !== undefined) return { ...asked, redo: true };
  return { ...asked, uploadedAt: input.uploadedAt };
}

const startedAt = () => workflowInfo().runStartTime.toISOString();
