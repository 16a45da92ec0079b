// Every limit of a caller, each with the attack that it stops.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { createHealth } from '../../platform/http/health.ts';
import { Problem } from '../../platform/http/problem.ts';
import { createMetrics } from '../metrics.ts';
import { createOpenStreams } from '../graphql/open-streams.ts';
import { aRun, objectKey } from '../../tests/support/gateway/announced-run.ts';
import {
  GatewayHarness,
  answers,
  type Replica,
} from '../../tests/support/gateway/gateway-harness.ts';
import {
  codes,
  completedQuery,
  eventStream,
  post,
  subscribe,
} from '../../tests/support/gateway/requests.ts';

let harness: GatewayHarness;
let token: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'mallory' });
});
afterEach(() => harness.stop());

describe('one request', () => {
  test('refuses a body longer than REQUEST_BYTES unread, with and without a length', async () => {
    const replica = await harness.replica({ config: { REQUEST_BYTES: 200 } });
    const body = JSON.stringify({ query: `{ ping } # ${'x'.repeat(200)}` });
    const headers = { 'content-type': 'application/json' };
    const refused = replica.app.request('/graphql', {
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
      body,
    });
    expect((await refused).status).toBe(413);
    const chunks = new Blob([body]).stream();
    const init = { method: 'POST', headers, body: chunks, duplex: 'half' };
    expect((await replica.app.request('/graphql', init as RequestInit)).status).toBe(413);
  });

  test('refuses a query of more than QUERY_TOKENS before validation', async () => {
    const replica = await harness.replica({ config: { QUERY_TOKENS: 20, REQUEST_BYTES: 2 ** 21 } });
    const answer = await post(replica, `{ ${'ping '.repeat(200_000)} }`, { token });
    expect(await answer.text()).toContain('20 tokens');
  });

  test('counts aliases and fragments against QUERY_ROOT_FIELDS', async () => {
    const replica = await harness.replica({ config: { QUERY_ROOT_FIELDS: 2 } });
    const two = '{ a: ping ...F } fragment F on Query { b: ping }';
    expect((await post(replica, two, { token })).status).toBe(200);
    const three = '{ a: ping ...F } fragment F on Query { b: ping ... { c: ping } }';
    expect(await codes(await post(replica, three, { token }))).toEqual(['TOO_MANY_ROOT_FIELDS']);
  });

  test('counts nested fields against QUERY_DEPTH, through fragments too', async () => {
    const replica = await harness.replica({ config: { QUERY_DEPTH: 3 } });
    const three = '{ analyses { edges { node { state } } } }';
    const hidden = `{ ...A } fragment A on Query { analyses { ... { edges { ...B } } } }
      fragment B on AnalysisEdge { node { state } }`;
    for (const query of [three, hidden])
      expect(await codes(await post(replica, query, { token }))).toEqual(['TOO_DEEP']);
    const cycle = '{ ...A } fragment A on Query { ...A }';
    expect((await post(replica, cycle, { token })).status).not.toBe(500);
  });

  test('allows the deepest query of the schema by default', async () => {
    const replica = await harness.replica({
      register: answers({ items: [], hasNextPage: false }),
    });
    const deepest =
      '{ analyses { edges { node { recognitionPayload { aggregate { brand } } } } } }';
    expect(await (await post(replica, deepest, { token })).json()).toEqual({
      data: { analyses: { edges: [] } },
    });
  });

  test('refuses introspection that runs in circles even with INTROSPECTION on', async () => {
    const replica = await harness.replica({ config: { INTROSPECTION: true } });
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
    replica = await harness.replica({
      config: { MUTATIONS_PER_MINUTE: 7 },
      ingestion: (call) => {
        calls += 1;
        return answers(upload)(call);
      },
    });
  });
  const aliases = (count: number) =>
    `mutation { ${Array.from({ length: count }, (_, n) => `a${n}: ${start}`).join(' ')} }`;

  test('refuses mutations over the limit with 429 and Retry-After, and calls no other service', async () => {
    for (let n = 0; n < 7; n += 1)
      expect((await post(replica, aliases(1), { token })).status).toBe(200);
    for (const headers of [{}, eventStream]) {
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

  test('counts the aliases of one request one by one', async () => {
    expect((await post(replica, aliases(4), { token })).status).toBe(200);
    expect((await post(replica, aliases(4), { token })).status).toBe(429);
    expect(calls).toBe(4);
  });

  test('counts renewUpload like startUpload', async () => {
    const renew = 'mutation { renewUpload(uploadId: "ticket") { correlationId } }';
    for (let n = 0; n < 7; n += 1) await post(replica, renew, { token });
    expect((await post(replica, renew, { token })).status).toBe(429);
  });

  test('limits mutations of one user only, and does not count invalid ones', async () => {
    for (let n = 0; n < 10; n += 1) await post(replica, 'mutation { nothing }', { token });
    await post(replica, aliases(5), { token });
    expect((await post(replica, aliases(5), { token })).status).toBe(429);
    const other = await harness.token({ sub: 'ada' });
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

  test('refuses uploads over the daily limit of their user only, until the day is over', async () => {
    const replica = await harness.replica({
      ingestion: answers(upload),
      config: { UPLOADS_PER_DAY: 2 },
    });
    expect(await outcome(replica, 1)).toBe('taken');
    expect(await outcome(replica, 1)).toBe('taken');
    const [error] = (
      (await (await post(replica, start(1), { token })).json()) as {
        errors: { message: string; extensions: { retryAfter: number } }[];
      }
    ).errors;
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^daily limit reached: at most 2 uploads in 24 hours; upload again at \d{4}-.*Z$/,
      ),
      extensions: { code: 'DAILY_UPLOADS_EXHAUSTED', status: 429 },
    });
    expect(error?.extensions.retryAfter).toBeGreaterThan(86_000);
    expect(error?.extensions.retryAfter).toBeLessThanOrEqual(86_400);
    expect(await outcome(replica, 1, await harness.token({ sub: 'ada' }))).toBe('taken');
    expect(await replica.metrics()).toContain(
      'gateway_uploads_rejected_total{reason="DAILY_UPLOADS_EXHAUSTED"} 1',
    );
  });

  test('refuses an upload over the daily limit of bytes, and takes a smaller one that still fits', async () => {
    const replica = await harness.replica({
      ingestion: answers(upload),
      config: { UPLOADS_PER_DAY: 4, UPLOAD_BYTES_PER_DAY: 10 * megabyte },
    });
    expect(await outcome(replica, 8 * megabyte)).toBe('taken');
    for (let n = 0; n < 5; n += 1)
      expect(await outcome(replica, 3 * megabyte)).toBe('DAILY_BYTES_EXHAUSTED');
    expect(await outcome(replica, 2 * megabyte - 1)).toBe('taken');
    expect(await outcome(replica, 2)).toBe('DAILY_BYTES_EXHAUSTED');
    expect(await outcome(replica, 1)).toBe('taken');
  });

  test('counts an undeclared upload as 20 MB, and nothing that ingestion refuses', async () => {
    let refuses = true;
    const replica = await harness.replica({
      config: { UPLOAD_BYTES_PER_DAY: 20 * megabyte },
      ingestion: (call) =>
        refuses ? Promise.reject(new Problem(422, 'INVALID', 'no')) : answers(upload)(call),
    });
    expect(await outcome(replica, 8 * megabyte)).toBe('INVALID');
    refuses = false;
    expect(await outcome(replica)).toBe('taken');
    expect(await outcome(replica, 1)).toBe('DAILY_BYTES_EXHAUSTED');
  });

  test('does not count renewing and confirming against the daily limits', async () => {
    const replica = await harness.replica({
      ingestion: answers(upload),
      config: { UPLOADS_PER_DAY: 2 },
    });
    for (let n = 0; n < 3; n += 1)
      await post(replica, 'mutation { renewUpload(uploadId: "t") { correlationId } }', { token });
    expect(await outcome(replica, 1)).toBe('taken');
    expect(await outcome(replica, 1)).toBe('taken');
  });
});

describe('one stream', () => {
  test('ends streams between half of STREAM_LIFETIME and the whole, not all at once, without complete', async () => {
    const replica = await harness.replica({ config: { STREAM_LIFETIME: 60 } });
    const reader = await subscribe(replica, completedQuery, { token });
    expect(await reader.next()).toBe('end');
    expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="lifetime"} 1');

    jest.useFakeTimers();
    try {
      const streams = createOpenStreams({
        limits: { STREAMS_PER_USER: 100, STREAMS_PER_REPLICA: 100, STREAM_LIFETIME: 10_000 },
        counters: createMetrics(createHealth({}).registry),
      });
      for (let n = 0; n < 60; n += 1)
        streams.open({ owner: 'ada', expiresAt: Date.now() + 3_600_000, readOnly: false });
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

test('logs a masked error with its reference, and never a token', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const replica = await harness.replica({
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
