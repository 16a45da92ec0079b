// Every limit of a caller, each with the attack that it stops.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { createHealth } from '../platform/health.ts';
import { Problem } from '../platform/http/problem.ts';
import { createMetrics } from './metrics.ts';
import { createOpenStreams } from './graphql/open-streams.ts';
import {
  Stage,
  aRun,
  answers,
  completedQuery,
  objectKey,
  post,
  subscribe,
  type Replica,
} from '../tests/support/gateway/stage.ts';

let stage: Stage;
let token: string;
beforeEach(async () => {
  stage = await Stage.open();
  token = await stage.token({ sub: 'mallory' });
});
afterEach(() => stage.close());

const codes = async (response: Response) =>
  ((await response.json()) as { errors: { extensions?: { code: string } }[] }).errors.map(
    ({ extensions }) => extensions?.code,
  );

describe('one request', () => {
  test('REQUEST_BYTES: a longer body is refused unread, with and without a length', async () => {
    const replica = await stage.replica({ limits: { REQUEST_BYTES: 200 } });
    const body = JSON.stringify({ query: `{ ping } # ${'x'.repeat(200)}` });
    const headers = { 'content-type': 'application/json' };
    const told = replica.app.request('/graphql', {
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
      body,
    });
    expect((await told).status).toBe(413);
    const chunks = new Blob([body]).stream();
    const init = { method: 'POST', headers, body: chunks, duplex: 'half' };
    expect((await replica.app.request('/graphql', init as RequestInit)).status).toBe(413);
  });

  test('QUERY_TOKENS: a megabyte of repeated fields never reaches validation', async () => {
    const replica = await stage.replica({ limits: { QUERY_TOKENS: 20, REQUEST_BYTES: 2 ** 21 } });
    const answer = await post(replica, `{ ${'ping '.repeat(200_000)} }`, { token });
    expect(await answer.text()).toContain('20 tokens');
  });

  test('QUERY_ROOT_FIELDS: aliases and fragments count', async () => {
    const replica = await stage.replica({ limits: { QUERY_ROOT_FIELDS: 2 } });
    const two = '{ a: ping ...F } fragment F on Query { b: ping }';
    expect((await post(replica, two, { token })).status).toBe(200);
    const three = '{ a: ping ...F } fragment F on Query { b: ping ... { c: ping } }';
    expect(await codes(await post(replica, three, { token }))).toEqual(['TOO_MANY_ROOT_FIELDS']);
  });

  test('QUERY_DEPTH: fields inside fields, through fragments too', async () => {
    const replica = await stage.replica({ limits: { QUERY_DEPTH: 3 } });
    const three = '{ analyses { edges { node { state } } } }';
    const hidden = `{ ...A } fragment A on Query { analyses { ... { edges { ...B } } } }
      fragment B on AnalysisEdge { node { state } }`;
    for (const query of [three, hidden])
      expect(await codes(await post(replica, query, { token }))).toEqual(['TOO_DEEP']);
    const cycle = '{ ...A } fragment A on Query { ...A }';
    expect((await post(replica, cycle, { token })).status).not.toBe(500);
  });

  test('the deepest question that the schema knows is below the default depth', async () => {
    const replica = await stage.replica({
      orchestrator: answers({ items: [], hasNextPage: false }),
    });
    const deepest =
      '{ analyses { edges { node { recognitionPayload { aggregate { brand } } } } } }';
    expect(await (await post(replica, deepest, { token })).json()).toEqual({
      data: { analyses: { edges: [] } },
    });
  });

  test('introspection that runs in circles is refused even where introspection is on', async () => {
    const replica = await stage.replica({ limits: { INTROSPECTION: true } });
    const circle = 'fields { type { '.repeat(12);
    const query = `{ __schema { types { ${circle} name ${'} }'.repeat(12)} } } }`;
    expect(await (await post(replica, query, { token })).text()).toContain('introspection depth');
  });
});

const upload = {
  uploadId: 'ticket',
  key: objectKey,
  putUrl: 'http://127.0.0.1:9000/put',
  headers: [],
  expiresAt: '2026-11-23T08:15:30.120Z',
  correlationId: aRun().correlationId,
};

describe('MUTATIONS_PER_MINUTE', () => {
  const start = 'startUpload(filename: "a.jpg", contentType: "image/jpeg") { correlationId }';
  let calls: number;
  let replica: Replica;
  beforeEach(async () => {
    calls = 0;
    replica = await stage.replica({
      mutationsPerMinute: 7,
      ingestion: (call) => {
        calls += 1;
        return answers(upload)(call);
      },
    });
  });
  const aliases = (count: number) =>
    `mutation { ${Array.from({ length: count }, (_, n) => `a${n}: ${start}`).join(' ')} }`;

  test('a user in a loop: 429 with Retry-After, and no call goes on to other services', async () => {
    for (let n = 0; n < 7; n += 1)
      expect((await post(replica, aliases(1), { token })).status).toBe(200);
    for (const headers of [{}, { accept: 'text/event-stream' }]) {
      const refused = await post(replica, aliases(1), { token, headers });
      expect(refused.status).toBe(429);
      const seconds = Number(refused.headers.get('retry-after'));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(await codes(refused)).toEqual(['TOO_MANY_MUTATIONS']);
    }
    expect(calls).toBe(7);
    expect(await replica.metrics()).toMatch(/gateway_mutations_rejected_total 2/);
  });

  test('aliases in one request count one by one', async () => {
    expect((await post(replica, aliases(4), { token })).status).toBe(200);
    expect((await post(replica, aliases(4), { token })).status).toBe(429);
    expect(calls).toBe(4);
  });

  test('renewUpload counts like startUpload', async () => {
    const renew = 'mutation { renewUpload(uploadId: "ticket") { correlationId } }';
    for (let n = 0; n < 7; n += 1) await post(replica, renew, { token });
    expect((await post(replica, renew, { token })).status).toBe(429);
  });

  test('other users, queries and subscriptions of the same user go on; what is refused anyway does not count', async () => {
    for (let n = 0; n < 10; n += 1) await post(replica, 'mutation { nothing }', { token });
    await post(replica, aliases(5), { token });
    expect((await post(replica, aliases(5), { token })).status).toBe(429);
    const other = await stage.token({ sub: 'ada' });
    expect((await post(replica, aliases(5), { token: other })).status).toBe(200);
    expect((await post(replica, '{ feedCursors { started } }', { token })).status).toBe(200);
    await (await subscribe(replica, completedQuery, { token })).cancel();
  });
});

describe('UPLOADS_PER_DAY, UPLOAD_BYTES_PER_DAY', () => {
  const megabyte = 1024 * 1024;
  const start = (bytes?: number) =>
    `mutation { startUpload(filename: "a.jpg", contentType: "image/jpeg"${
      bytes === undefined ? '' : `, bytes: ${bytes}, checksum: "sha256:${'a'.repeat(64)}"`
    }) { correlationId } }`;
  /** `taken`, or the code of the refusal. */
  async function outcome(replica: Replica, bytes?: number, as = token) {
    const { errors } = (await (await post(replica, start(bytes), { token: as })).json()) as {
      errors?: { extensions: { code: string } }[];
    };
    return errors?.[0]?.extensions.code ?? 'taken';
  }

  test('photos over the bound are refused until the day is over; other users go on', async () => {
    const replica = await stage.replica({ ingestion: answers(upload), uploadsPerDay: 2 });
    expect(await outcome(replica, 1)).toBe('taken');
    expect(await outcome(replica, 1)).toBe('taken');
    const [error] = (
      (await (await post(replica, start(1), { token })).json()) as {
        errors: { message: string; extensions: { retryAfter: number } }[];
      }
    ).errors;
    expect(error).toMatchObject({
      message: expect.stringMatching(/^at most 2 uploads in 24 hours; free again at \d{4}-.*Z$/),
      extensions: { code: 'DAILY_UPLOADS_EXHAUSTED', status: 429 },
    });
    expect(error?.extensions.retryAfter).toBeGreaterThan(86_000);
    expect(error?.extensions.retryAfter).toBeLessThanOrEqual(86_400);
    expect(await outcome(replica, 1, await stage.token({ sub: 'ada' }))).toBe('taken');
    expect(await replica.metrics()).toContain(
      'gateway_uploads_rejected_total{reason="DAILY_UPLOADS_EXHAUSTED"} 1',
    );
  });

  test('a photo over the bound of bytes is refused, a smaller one that still fits is taken', async () => {
    const replica = await stage.replica({
      ingestion: answers(upload),
      uploadsPerDay: 4,
      bytesPerDay: 10 * megabyte,
    });
    expect(await outcome(replica, 8 * megabyte)).toBe('taken');
    for (let n = 0; n < 5; n += 1)
      expect(await outcome(replica, 3 * megabyte)).toBe('DAILY_BYTES_EXHAUSTED');
    expect(await outcome(replica, 2 * megabyte - 1)).toBe('taken');
    expect(await outcome(replica, 2)).toBe('DAILY_BYTES_EXHAUSTED');
    expect(await outcome(replica, 1)).toBe('taken');
  });

  test('an undeclared upload counts as 20 MB; what ingestion refuses counts nothing', async () => {
    let refuses = true;
    const replica = await stage.replica({
      bytesPerDay: 20 * megabyte,
      ingestion: (call) =>
        refuses ? Promise.reject(new Problem(422, 'INVALID', 'no')) : answers(upload)(call),
    });
    expect(await outcome(replica, 8 * megabyte)).toBe('INVALID');
    refuses = false;
    expect(await outcome(replica)).toBe('taken');
    expect(await outcome(replica, 1)).toBe('DAILY_BYTES_EXHAUSTED');
  });

  test('renewing and confirming count nothing', async () => {
    const replica = await stage.replica({ ingestion: answers(upload), uploadsPerDay: 2 });
    for (let n = 0; n < 3; n += 1)
      await post(replica, 'mutation { renewUpload(uploadId: "t") { correlationId } }', { token });
    expect(await outcome(replica, 1)).toBe('taken');
    expect(await outcome(replica, 1)).toBe('taken');
  });
});

describe('one stream', () => {
  test('STREAM_LIFETIME: it ends between half of it and the whole, not all at once, without complete', async () => {
    const replica = await stage.replica({ limits: { STREAM_LIFETIME: 60 } });
    const reader = await subscribe(replica, completedQuery, { token });
    expect(await reader.next()).toBe('end');
    expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="lifetime"} 1');

    jest.useFakeTimers();
    try {
      const streams = createOpenStreams({
        limits: { STREAMS_PER_USER: 100, STREAMS_PER_REPLICA: 100, STREAM_LIFETIME: 10_000 },
        metrics: createMetrics(createHealth({}).registry),
      });
      for (let n = 0; n < 60; n += 1)
        streams.open({ owner: 'ada', expiresAt: Date.now() + 3_600_000 });
      jest.advanceTimersByTime(4_999);
      expect(streams.size).toBe(60);
      jest.advanceTimersByTime(2_501);
      expect(streams.size).toBeGreaterThan(0);
      expect(streams.size).toBeLessThan(60);
      jest.advanceTimersByTime(2_500);
      expect(streams.size).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});

test('an error that is masked stands in the log under its reference; no token ever does', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const replica = await stage.replica({
    logger,
    orchestrator: () => Promise.reject(new Error('password: geheim')),
  });
  const query = `{ analysis(correlationId: "${aRun().correlationId}") { state } }`;
  const text = await (await post(replica, query, { token })).text();
  const [, reference = 'none'] = /reference ([0-9a-f-]{36})/.exec(text) ?? [];
  expect(lines.find((line) => line.includes(reference))).toContain('password: geheim');

  const broken = `${token}x`;
  await post(replica, query, { token: broken });
  await replica.app.request(`/graphql?access_token=${token}&query={ping}`);
  await (await subscribe(replica, completedQuery, { token })).cancel();
  const [, claims = 'none'] = token.split('.');
  expect(lines.join('')).not.toContain(claims);
});
