import {
  CancellationScope,
  condition,
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
import type { RecognitionRequest, RecognitionResult } from '../contracts/recognition.ts';
import { completedData } from './completed-data.ts';
import { progress, recognitionCompleted, type AnalysisInput, type Outcome } from './messages.ts';
import { closeAs, failed, succeeded, timedOut } from './outcome.ts';
import { policies, timerSummaries } from './policies.ts';
import { attributesAtEnd } from './search-attributes.ts';

const { recognizeImage } = proxyActivities<RecognitionActivities>(policies.recognize);
const { announceStarted, announceCompleted } = proxyLocalActivities<AnnouncementActivities>(
  policies.announce,
);

/**
 * One photo from its upload to its announced end.
 *
 * The first fact wins, be it the activity's answer or a signal; the other is ignored.
 * Whatever happens short of termination is announced on `analysis.completed` exactly once per run;
 * only then the run closes, as what it was: Completed, Failed (its type is the code) or Canceled.
 *
 * @returns what was recognised.
 */
export async function analyzeImage(input: AnalysisInput): Promise<RecognitionResult> {
  const facts = listenForFacts(input); // before the first await: the fact may be here already
  const outcome = await firstFact(input, facts).then(succeeded, failed);
  facts.decided(outcome); // from here on final: a cancel during the announcement changes nothing
  await CancellationScope.nonCancellable(() => announceEnd(input, outcome));
  facts.step('ended');
  return closeAs(outcome);
}

interface Facts {
  recognition(): RecognitionResult | undefined;
  step(name: string): void;
  decided(outcome: Outcome): void;
}

function listenForFacts(input: AnalysisInput): Facts {
  let recognition: RecognitionResult | undefined;
  let outcome: Outcome | undefined;
  let step = 'announcing the start';
  setHandler(recognitionCompleted, (fact) => {
    if (belongsToThisRun(input, fact.runId)) recognition ??= fact.recognition;
  });
  setHandler(progress, () => ({ step, ...(outcome === undefined ? {} : { outcome }) }), {
    description: 'The current step and, once decided, the outcome',
  });
  return {
    recognition: () => recognition,
    step(name) {
      step = name;
      setCurrentDetails(`**${name}**\n\nphoto \`${input.objectKey}\``);
    },
    decided(final) {
      outcome = final;
      this.step('announcing the end');
    },
  };
}

/** An operator's redo starts anew: an answer to an older run must not decide it. */
function belongsToThisRun(input: AnalysisInput, runId: string | undefined): boolean {
  return runId === undefined ? input.redoOf === undefined : runId === workflowInfo().runId;
}

async function firstFact(input: AnalysisInput, facts: Facts): Promise<RecognitionResult> {
  facts.step('announcing the start');
  await announceStarted(
    announcement(input, { objectKey: input.objectKey, startedAt: startedAt() }),
  );
  const early = facts.recognition();
  if (early !== undefined) return early; // it came first: no Vision call

  const race = new CancellationScope();
  try {
    return await race.run(() =>
      Promise.race([factByEvent(input, facts), factByAnswer(input, facts)]),
    );
  } finally {
    race.cancel(); // the loser, and the timers
  }
}

async function factByEvent(input: AnalysisInput, facts: Facts): Promise<RecognitionResult> {
  const { patienceMs } = input;
  await condition(() => facts.recognition() !== undefined, patienceMs, {
    summary: timerSummaries.patience,
  });
  const recognition = facts.recognition();
  if (recognition === undefined) throw timedOut(patienceMs);
  return recognition;
}

async function factByAnswer(input: AnalysisInput, facts: Facts): Promise<RecognitionResult> {
  if (input.entry === 'adapter') {
    facts.step('waiting for the adapter');
    await sleep(input.graceMs, { summary: timerSummaries.grace });
  }
  facts.step('asking the vision adapter');
  return recognizeImage(recognitionRequest(input), input.traceparent);
}

async function announceEnd(input: AnalysisInput, outcome: Outcome): Promise<void> {
  upsertSearchAttributes(attributesAtEnd(outcome));
  const { objectKey } = input;
  const times = { startedAt: startedAt(), completedAt: new Date().toISOString() };
  await announceCompleted(announcement(input, completedData(objectKey, times, outcome)));
}

function announcement<Data>(input: AnalysisInput, data: Data): Announcement<Data> {
  const { correlationId, owner, traceparent } = input;
  const { runId } = workflowInfo();
  return {
    correlationId,
    owner,
    runId,
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
  };
}

function recognitionRequest(input: AnalysisInput): RecognitionRequest {
  const { correlationId, owner, objectKey, contentType, bytes, checksum } = input;
  const { runId } = workflowInfo();
  return { correlationId, runId, owner, objectKey, contentType, bytes, checksum };
}

const startedAt = () => workflowInfo().runStartTime.toISOString();
