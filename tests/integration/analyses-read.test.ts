// The orchestrator's read API on runs of a real Temporal.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { analysisSchema } from '../../contracts/rest.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { findAnalysis } from '../../workers/orchestrator/read-api/find-analysis.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { problem } from '../support/harness/adapter-stub.ts';
import { openWorkflowHarness, type WorkflowHarness } from '../support/harness/workflows.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await openWorkflowHarness();
});
afterAll(() => harness.close());

const start = (input: AnalysisInput) => startAnalysis(harness.temporal, input);
const failureOf = (input: AnalysisInput): Promise<unknown> =>
  harness
    .handle(input)
    .result()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );

test("shows an owner her own analyses, and answers 404 for another's", async () => {
  const photo = harness.photo();
  await start(photo);
  await harness.handle(photo).result();
  const known = await findAnalysis(harness.temporal, photo.owner, photo.correlationId);
  expect(analysisSchema.parse(known)).toMatchObject({
    objectKey: photo.objectKey,
    state: 'COMPLETED',
    success: true,
    aggregate: { brand: 'Caterpillar' },
  });
  const foreign = findAnalysis(harness.temporal, harness.photo().owner, photo.correlationId);
  await expect(foreign).rejects.toMatchObject({ status: 404 });
  const unknown = findAnalysis(harness.temporal, photo.owner, harness.photo().correlationId);
  await expect(unknown).rejects.toMatchObject({ status: 404 });
});

test('shows a failed analysis with the code and message that were announced', async () => {
  const photo = harness.photo();
  harness.adapterAnswers(photo.correlationId, problem(422, 'OBJECT_CHANGED'));
  await start(photo);
  await failureOf(photo);
  const known = await findAnalysis(harness.temporal, photo.owner, photo.correlationId);
  const [end] = harness.ends(photo.correlationId);
  expect(known).toMatchObject({ state: 'FAILED', success: false, failure: end?.failure });
});
