// What the orchestrator's read API tells of runs.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { analysesPageSchema, analysisSchema } from '../../contracts/rest.ts';
import type { AnalysisInput } from '../../workflows/messages.ts';
import { findAnalysis } from '../../workers/orchestrator/read-api/find-analysis.ts';
import { listAnalyses } from '../../workers/orchestrator/read-api/list-analyses.ts';
import { redoAnalysis } from '../../operations/analyses/redo-analysis.ts';
import { startAnalysis } from '../../workers/orchestrator/intake/start-analysis.ts';
import { openWorld, problem, type World } from '../support/harness/workflows.ts';
import { eventually } from '../support/harness/eventually.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const start = (input: AnalysisInput) => startAnalysis(world.temporal, input);
const failureOf = (input: AnalysisInput): Promise<unknown> =>
  world
    .handle(input)
    .result()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );

const redo = { terminate: false, waitMs: 10_000, tell: () => undefined };

const list = (owner: string, first: number, after?: string) =>
  listAnalyses(world.temporal, { owner, first, ...(after === undefined ? {} : { after }) });

test("shows an owner's own only: another's is 404", async () => {
  const photo = world.photo();
  await start(photo);
  await world.handle(photo).result();
  const known = await findAnalysis(world.temporal, photo.owner, photo.correlationId);
  expect(analysisSchema.parse(known)).toMatchObject({
    objectKey: photo.objectKey,
    state: 'COMPLETED',
    success: true,
    aggregate: { brand: 'Caterpillar' },
  });
  const foreign = findAnalysis(world.temporal, world.photo().owner, photo.correlationId);
  await expect(foreign).rejects.toMatchObject({ status: 404 });
  const unknown = findAnalysis(world.temporal, photo.owner, world.photo().correlationId);
  await expect(unknown).rejects.toMatchObject({ status: 404 });
});

test('says why one failed, with the code and the words that were announced', async () => {
  const photo = world.photo();
  world.adapterAnswers(photo.correlationId, problem(422, 'OBJECT_CHANGED'));
  await start(photo);
  await failureOf(photo);
  const known = await findAnalysis(world.temporal, photo.owner, photo.correlationId);
  const [end] = world.ends(photo.correlationId);
  expect(known).toMatchObject({ state: 'FAILED', success: false, failure: end?.failure });
});

test('pages newest first, each analysis once, with its newest run', async () => {
  const { owner } = world.photo();
  const photos = Array.from({ length: 7 }, () => world.photo({ owner }));
  for (const photo of photos) {
    await start(photo);
    await world.handle(photo).result();
  }
  const oldest = photos[0];
  if (oldest === undefined) throw new Error('no photo');
  await redoAnalysis(world.client, oldest.correlationId, redo);
  await world.handle(oldest).result();
  await eventually(async () => expect((await list(owner, 100)).items).toHaveLength(7));

  const seen: string[] = [];
  for (let after: string | undefined, more = true; more;) {
    const page = await list(owner, 3, after);
    expect(analysesPageSchema.parse(page)).toEqual(page);
    seen.push(...page.items.map(({ correlationId }) => correlationId));
    after = page.items.at(-1)?.cursor;
    more = page.hasNextPage;
  }
  const others = photos.slice(1).map(({ correlationId }) => correlationId);
  expect(seen).toEqual([oldest.correlationId, ...others.reverse()]);
  await expect(list(owner, 3, 'nonsense')).rejects.toMatchObject({ status: 422 });
});
