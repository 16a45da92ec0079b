// Mutations of an owner's own analyses: what goes to the orchestrator, what comes back, and what redo costs.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { RestCall, RestClient } from '../platform/http/rest-client.ts';
import { Problem } from '../platform/http/problem.ts';
import { aRun, stateOf } from '../tests/support/gateway/announced-run.ts';
import { answers, GatewayHarness, type Replica } from '../tests/support/gateway/gateway-harness.ts';
import { post } from '../tests/support/gateway/requests.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

const at = '2026-11-30T12:00:00.000Z';
const run = aRun();
const { correlationId } = run;
const id = `correlationId: "${correlationId}"`;

/** An orchestrator that takes every act, and keeps what it was asked. */
function takingActs() {
  const calls: RestCall<never>[] = [];
  const orchestrator: RestClient['call'] = (call) => {
    calls.push(call as never);
    const answer = {
      PUT: { brand: 'Volvo', type: null, model: null, correctedAt: at },
      DELETE: { correlationId, owner, deletedAt: at, erasedAt: null },
      POST: call.path.endsWith('redo')
        ? { status: 'Started', runId: 'r' }
        : { status: 'Requested' },
      GET: stateOf(run, 'FAILED'),
    }[call.method];
    return answers(answer)(call);
  };
  return { calls, orchestrator };
}

async function ask(replica: Replica, query: string, as = token) {
  const answer = await post(replica, query, { token: as });
  return (await answer.json()) as {
    data?: unknown;
    errors?: { extensions: Record<string, unknown> }[];
  };
}
const codeOf = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors?.[0]?.extensions['code'];

test('passes an id in upper case on as PostgreSQL and Temporal know it', async () => {
  const { calls, orchestrator } = takingActs();
  const replica = await harness.replica({ orchestrator });
  const upper = `correlationId: "${correlationId.toUpperCase()}"`;
  expect(await ask(replica, `mutation { cancelAnalysis(${upper}) { correlationId } }`)).toEqual({
    data: { cancelAnalysis: { correlationId } },
  });
  expect(calls.map(({ path }) => path)).toEqual([`/internal/v0/analyses/${correlationId}/cancel`]);
});

test('corrects, deletes, redoes and cancels in the name of the owner of the token', async () => {
  const { calls, orchestrator } = takingActs();
  const replica = await harness.replica({ orchestrator });
  expect(
    await ask(
      replica,
      `mutation { correctAnalysis(${id}, brand: "Volvo") { correlationId correction { brand model correctedAt } } }`,
    ),
  ).toEqual({
    data: {
      correctAnalysis: {
        correlationId,
        correction: { brand: 'Volvo', model: null, correctedAt: at },
      },
    },
  });
  for (const act of ['redoAnalysis', 'cancelAnalysis'])
    expect(await ask(replica, `mutation { ${act}(${id}) { correlationId } }`)).toEqual({
      data: { [act]: { correlationId } },
    });
  expect(await ask(replica, `mutation { deleteAnalysis(${id}) { deletedAt } }`)).toEqual({
    data: { deleteAnalysis: { deletedAt: at } },
  });
  const path = `/internal/v0/analyses/${correlationId}`;
  expect(calls.map((call) => [call.method, call.path])).toEqual([
    ['PUT', `${path}/correction`],
    ['POST', `${path}/redo`],
    ['POST', `${path}/cancel`],
    ['DELETE', path],
  ]);
  expect(calls.map(({ headers }) => headers)).toEqual(
    calls.map(() => ({ 'trackunit-owner': owner })),
  );
  expect(calls[0]?.body).toEqual({ brand: 'Volvo', type: null, model: null });
});

test('answers null for what it has deleted itself, before the event has come', async () => {
  const replica = await harness.replica({ orchestrator: takingActs().orchestrator });
  const query = `{ analysis(${id}) { state } }`;
  expect(await ask(replica, query)).toEqual({ data: { analysis: { state: 'FAILED' } } });
  await ask(replica, `mutation { deleteAnalysis(${id}) { deletedAt } }`);
  expect(await ask(replica, query)).toEqual({ data: { analysis: null } });
});

test('refuses every act to a token that may only read, and without one', async () => {
  const { calls, orchestrator } = takingActs();
  const replica = await harness.replica({ orchestrator });
  const reading = await harness.token({ sub: 'ada', scope: 'analysis.read' });
  for (const act of ['correctAnalysis', 'deleteAnalysis', 'redoAnalysis', 'cancelAnalysis']) {
    const mutation = `mutation { ${act}(${id}) { correlationId } }`;
    expect(codeOf(await ask(replica, mutation, reading))).toBe('FORBIDDEN');
  }
  expect(calls).toEqual([]);
});

test('passes on what the orchestrator refuses, with the field that is wrong and when to come back', async () => {
  const errors = { brand: ['must not be blank'] };
  const refusals = [
    new Problem(422, 'INVALID', 'brand: must not be blank', { errors }),
    new Problem(409, 'NOT_ENDED', 'not ended'),
    new Problem(503, 'REGISTER_UNAVAILABLE', 'away', { retryAfter: 1 }),
  ];
  const given = [...refusals];
  const orchestrator = () => Promise.reject(given.shift() ?? new Error('asked too often'));
  const replica = await harness.replica({ orchestrator });
  const mutation = `mutation { correctAnalysis(${id}, brand: " ") { correlationId } }`;
  const seen: unknown[] = [];
  while (seen.length < refusals.length)
    seen.push((await ask(replica, mutation)).errors?.[0]?.extensions);
  expect(seen).toEqual([
    expect.objectContaining({ code: 'INVALID', errors }),
    expect.objectContaining({ code: 'NOT_ENDED', status: 409 }),
    expect.objectContaining({ code: 'REGISTER_UNAVAILABLE', retryAfter: 1 }),
  ]);
});

test('asks nobody about an id that is none', async () => {
  const { calls, orchestrator } = takingActs();
  const replica = await harness.replica({ orchestrator });
  const mutation = 'mutation { deleteAnalysis(correlationId: "../../v1/rebuild") { deletedAt } }';
  expect(codeOf(await ask(replica, mutation))).toBe('NO_ANALYSIS');
  expect(calls).toEqual([]);
});

test('lets each owner redo so many an hour, and does not count what was refused', async () => {
  let refuse = true;
  const refusals = [
    new Problem(409, 'NOT_ENDED', 'not ended'),
    new Problem(503, 'REGISTER_UNAVAILABLE', 'nobody could note it'),
  ] as const;
  let asked = 0;
  const orchestrator: RestClient['call'] = async (call) => {
    if (refuse) throw asked++ % 2 === 0 ? refusals[0] : refusals[1];
    return answers({ status: 'Started', runId: 'r' })(call);
  };
  const replica = await harness.replica({ orchestrator, config: { REDOS_PER_HOUR: 2 } });
  const mutation = `mutation { redoAnalysis(${id}) { correlationId } }`;
  for (let n = 0; n < 6; n += 1)
    expect(codeOf(await ask(replica, mutation))).toBe(refusals[n % 2]?.code);
  refuse = false;
  for (let n = 0; n < 2; n += 1) expect(codeOf(await ask(replica, mutation))).toBeUndefined();
  const refused = await ask(replica, mutation);
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'TOO_MANY_REDOS', status: 429 });
  expect(refused.errors?.[0]?.extensions['retryAfter']).toBeGreaterThan(3_000);
  const other = await harness.token({ sub: 'bo' });
  expect(codeOf(await ask(replica, mutation, other))).toBeUndefined();
  expect(await replica.metrics()).toMatch(/gateway_redos_rejected_total 1/);
});

test("asks the register for an analysis' correction only where it is asked for", async () => {
  const asked: string[] = [];
  const correction = { brand: null, type: 'crane', model: null, correctedAt: at };
  const registered = {
    ...stateOf(run, 'FAILED'),
    ...{ contentType: null, bytes: null, checksum: null, uploadedAt: null, duplicateOf: null },
    ...{ redo: null, correction },
  };
  const replica = await harness.replica({
    orchestrator: answers(stateOf(run, 'FAILED')),
    register: (call) => {
      asked.push(call.path);
      return answers(registered)(call);
    },
  });
  await ask(replica, `{ analysis(${id}) { state } }`);
  expect(asked).toEqual([]);
  expect(await ask(replica, `{ analysis(${id}) { correction { type } } }`)).toEqual({
    data: { analysis: { correction: { type: 'crane' } } },
  });
});
