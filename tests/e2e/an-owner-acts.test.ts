// What an owner does to an analysis, through GraphQL and the running stack, and what others notice of it.
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { auditPageSchema } from '../../contracts/acts.ts';
import { isProblem } from '../../platform/http/problem.ts';
import { eventsQuery, post, subscribe, type EventReader } from '../support/gateway/requests.ts';
import { eventually } from '../support/harness/eventually.ts';
import {
  beginStory,
  deadline,
  endOf,
  samplePhoto,
  type Story,
  type User,
} from '../support/harness/users.ts';
import { openOperatorDoor } from '../support/orchestrator/operator-door.ts';

const patienceMs = 60_000;

let story: Story;
let gateway: { url: string };
beforeAll(async () => {
  story = await beginStory();
  gateway = { url: `${story.stack.url('graph-gateway')}/graphql` };
});

const tokenOf = (user: User) => user.token({ renew: false });

async function ask(user: User, query: string) {
  const answer = await post(gateway, query, { token: await tokenOf(user) });
  return (await answer.json()) as {
    data?: Record<string, Record<string, unknown> | null> | null;
    errors?: { extensions: { code: string } }[];
  };
}
const codeOf = async (user: User, query: string) =>
  (await ask(user, query)).errors?.[0]?.extensions.code;

const watching: EventReader[] = [];
afterEach(async () => {
  await Promise.all(watching.splice(0).map((reader) => reader.cancel()));
});
async function watch(user: User, correlationId?: string): Promise<EventReader> {
  const request = { token: await tokenOf(user), variables: { correlationId } };
  const reader = await subscribe(gateway, eventsQuery, request);
  watching.push(reader);
  return reader;
}
async function next(reader: EventReader): Promise<Record<string, unknown>> {
  const { event } = await reader.payload(patienceMs);
  return event as Record<string, unknown>;
}

/** A photo that was analyzed. */
async function analyzed(user: User): Promise<string> {
  const { correlationId } = await user.client.upload(await samplePhoto(), { signal: deadline() });
  await endOf(user.client, correlationId);
  return correlationId;
}
const correction = (id: string, brand: string) =>
  `mutation { correctAnalysis(correlationId: "${id}", brand: "${brand}", type: "wheel loader") { correction { brand type model } } }`;
const act = (name: string, id: string) =>
  `mutation { ${name}(correlationId: "${id}") { correlationId } }`;

test('a correction reaches the other devices of its owner, the lists, and nobody else', async () => {
  const [user, other] = [story.newUser(), story.newUser()];
  const id = await analyzed(user);
  const [device, foreign] = [await watch(user), await watch(other)];
  expect(await ask(user, correction(id, ' Volvo '))).toEqual({
    data: {
      correctAnalysis: { correction: { brand: 'Volvo', type: 'wheel loader', model: null } },
    },
  });
  expect(await next(device)).toMatchObject({
    ...{ __typename: 'AnalysisCorrected', correlationId: id, brand: 'Volvo', model: null },
  });
  const found =
    '{ analyses(brand: "volvo") { edges { node { correlationId correction { brand } } } } }';
  expect(await ask(user, found)).toEqual({
    data: {
      analyses: { edges: [{ node: { correlationId: id, correction: { brand: 'Volvo' } } }] },
    },
  });
  expect(await ask(user, `{ analysis(correlationId: "${id}") { correction { type } } }`)).toEqual({
    data: { analysis: { correction: { type: 'wheel loader' } } },
  });
  const late = await watch(user, id);
  expect((await next(late))['__typename']).toBe('AnalysisCompleted');
  expect((await next(late))['__typename']).toBe('AnalysisCorrected');
  expect(await late.next(patienceMs)).toMatchObject({ event: 'complete' });
  expect(await foreign.next(500)).toBe('silence');
});

test('a deletion reaches the other devices at once, and nothing of it is read any more', async () => {
  const user = story.newUser();
  const id = await analyzed(user);
  const device = await watch(user);
  const deleted = await ask(
    user,
    `mutation { deleteAnalysis(correlationId: "${id}") { deletedAt } }`,
  );
  expect(await ask(user, `{ analysis(correlationId: "${id}") { state photo { url } } }`)).toEqual({
    data: { analysis: null },
  });
  expect(await next(device)).toMatchObject({ __typename: 'AnalysisDeleted', correlationId: id });
  expect(await ask(user, '{ analyses { edges { node { correlationId } } } }')).toEqual({
    data: { analyses: { edges: [] } },
  });
  expect(
    await ask(user, `mutation { deleteAnalysis(correlationId: "${id}") { deletedAt } }`),
  ).toEqual(deleted); // twice is harmless
  const late = await watch(user, id);
  expect((await next(late))['__typename']).toBe('AnalysisDeleted');
  expect(await late.next(patienceMs)).toMatchObject({ event: 'complete' });
  for (const name of ['redoAnalysis', 'cancelAnalysis', 'correctAnalysis'])
    expect(await codeOf(user, act(name, id))).toBe('NO_ANALYSIS');
});

test("another owner's analysis is an unknown one to every act, also behind which its owner deletes it", async () => {
  const [user, other] = [story.newUser(), story.newUser()];
  const id = await analyzed(user);
  for (const name of ['redoAnalysis', 'cancelAnalysis', 'correctAnalysis', 'deleteAnalysis'])
    expect(await codeOf(other, act(name, id))).toBe('NO_ANALYSIS');
  expect(
    (await ask(user, `{ analysis(correlationId: "${id}") { state } }`)).data?.['analysis'],
  ).toEqual({
    state: 'COMPLETED',
  });
  expect(await codeOf(user, act('deleteAnalysis', id))).toBeUndefined();
});

test('an owner has a photo analyzed again, under the same id; a correction stays', async () => {
  const user = story.newUser();
  const id = await analyzed(user);
  const device = await watch(user);
  await ask(user, correction(id, 'Volvo'));
  expect(await next(device)).toMatchObject({ __typename: 'AnalysisCorrected' });
  expect(await codeOf(user, act('cancelAnalysis', id))).toBe('ALREADY_ENDED');
  expect(await codeOf(user, act('redoAnalysis', id))).toBeUndefined();
  expect(await next(device)).toMatchObject({ __typename: 'AnalysisStarted', correlationId: id });
  expect(await next(device)).toMatchObject({ __typename: 'AnalysisCompleted', correlationId: id });
  expect(
    await ask(user, `{ analysis(correlationId: "${id}") { state correction { brand } } }`),
  ).toEqual({
    data: { analysis: { state: 'COMPLETED', correction: { brand: 'Volvo' } } },
  });
});

test('an operator acts through the same door, and who, what and why stand in the audit', async () => {
  const user = story.newUser();
  const id = await analyzed(user);
  const door = await openOperatorDoor(story.stack);
  await door.redo(id, { running: 'cancel', reason: 'wrong model, asked by phone' });
  await eventually(async () => {
    const ended = await ask(user, `{ analysis(correlationId: "${id}") { state } }`);
    expect(ended.data?.['analysis']?.['state']).toBe('COMPLETED');
  });
  await ask(user, act('deleteAnalysis', id));
  const { items } = auditPageSchema.parse(
    await door.audit(new URLSearchParams({ correlationId: id })),
  );
  const operator = { actor: 'operator:local-operator', action: 'redo', reason: expect.any(String) };
  expect(items.filter(({ action }) => action !== 'erase')).toMatchObject([
    { action: 'delete', outcome: 'DONE', actor: expect.stringMatching(/^owner:[0-9a-f]{32}$/) },
    { ...operator, outcome: 'DONE' },
    { ...operator, outcome: 'BEGUN' },
  ]);

  const program = fileURLToPath(new URL('../../infra/commands/ops.ts', import.meta.url));
  const env = { TRACKUNIT_STACK: 'test' };
  const { stdout } = await execa(process.execPath, [program, 'audit', id, '--since', '1h'], {
    env,
  });
  expect(stdout).toMatch(/operator:local-operator +redo +begun .+ wrong model, asked by phone/);
  const json = await execa(process.execPath, [program, 'audit', id, '--json'], { env });
  expect(JSON.parse(json.stdout.split('\n').at(-1) ?? '')).toMatchObject({ action: 'redo' });
});

test('refuses operators without their scope, and owners what is for operators', async () => {
  const user = story.newUser();
  const url = story.stack.url('svc-analysis-orchestrator');
  const authorization = `Bearer ${await tokenOf(user)}`;
  const answer = await fetch(`${url}/internal/v0/audit`, { headers: { authorization } });
  expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  const nobody = await fetch(`${url}/internal/v0/audit`);
  expect(nobody.status).toBe(401);
  const door = await openOperatorDoor(story.stack);
  const unknown = await door
    .cancel('019a53c4-7c10-7d3a-9a52-1f0c3a7be001', {})
    .catch((error: unknown) => error);
  expect(isProblem(unknown, 'NO_ANALYSIS')).toBe(true);
});
