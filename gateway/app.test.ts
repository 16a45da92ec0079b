import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ownerHeader } from '../contracts/rest.ts';
import { Problem } from '../platform/http/problem.ts';
import { aRun, objectKey, stateOf } from '../tests/support/gateway/announced-run.ts';
import { GatewayHarness, answers } from '../tests/support/gateway/gateway-harness.ts';
import { completedQuery, post, subscribe } from '../tests/support/gateway/requests.ts';
import { eventually } from '../tests/support/harness/eventually.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

const eventStream = { accept: 'text/event-stream' };
const codes = async (response: Response) =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors.map(
    ({ extensions }) => extensions.code,
  );

describe('authentication', () => {
  test('answers `ping` without a token, and nothing else', async () => {
    const replica = await harness.replica();
    expect(await (await post(replica, '{ ping }')).json()).toEqual({ data: { ping: 'pong' } });
    for (const query of ['{ ping feedCursors { started } }', '{ ...on Query { ping } }', '{']) {
      const refused = await post(replica, query);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('ignores a token in the URL', async () => {
    const replica = await harness.replica();
    const url = `/graphql?access_token=${token}&token=${token}&query={feedCursors{started}}`;
    expect((await replica.app.request(url)).status).toBe(401);
  });

  test('refuses a token without the scope with 403', async () => {
    const replica = await harness.replica();
    const query = '{ feedCursors { started } }';
    const refused = await post(replica, query, { token: await harness.token({ scope: 'openid' }) });
    expect(refused.status).toBe(403);
    expect(await codes(refused)).toEqual(['FORBIDDEN']);
  });

  test('answers 503 with Retry-After and a code while the issuer is unreachable', async () => {
    const fresh = await GatewayHarness.start(); // one that has read no key yet
    const replica = await fresh.replica();
    fresh.issuer.isUnavailable = true;
    const bearer = { token: await fresh.token() };
    const refused = await post(replica, '{ feedCursors { started } }', bearer);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await codes(refused)).toEqual(['ISSUER_UNREACHABLE']);
    await fresh.stop();
  });
});

describe('uploads', () => {
  const checksum = `sha256:${'a'.repeat(64)}`;
  const upload = {
    uploadId: 'ticket',
    key: objectKey,
    putUrl: 'http://127.0.0.1:9000/put',
    headers: [{ name: 'if-none-match', value: '*' }],
    expiresAt: '2026-11-23T08:15:30.120Z',
    correlationId: aRun().correlationId,
  };

  test.each([
    ['start', 'startUpload', { filename: 'a.jpg', contentType: 'image/jpeg', bytes: 4, checksum }],
    ['start', 'startUpload', { filename: 'a.jpg', contentType: 'image/jpeg' }],
    ['renew', 'renewUpload', { uploadId: 'ticket' }],
  ])(
    'sends %s to ingestion with the arguments of `%s` and the owner of the token',
    async (path, field, sent) => {
      const calls: unknown[] = [];
      const replica = await harness.replica({
        ingestion: (call) => {
          calls.push({ path: call.path, body: call.body, headers: call.headers });
          return answers(upload)(call);
        },
      });
      const given = Object.entries(sent).map(
        ([name, value]) => `${name}: ${JSON.stringify(value)}`,
      );
      const answer = await post(
        replica,
        `mutation { ${field}(${given.join(', ')}) { correlationId imageUploadPayload {
        uploadId key putUrl headers { name value } expiresAt objectKey } } }`,
        { token },
      );
      const { correlationId, ...imageUploadPayload } = upload;
      expect(await answer.json()).toEqual({
        data: {
          [field]: { correlationId, imageUploadPayload: { ...imageUploadPayload, objectKey } },
        },
      });
      const headers = { [ownerHeader]: owner };
      expect(calls).toEqual([{ path: `/v1/uploads/${path}`, body: sent, headers }]);
    },
  );

  test('answers problems of ingestion as GraphQL errors with code, status and fields', async () => {
    const replica = await harness.replica({
      ingestion: () =>
        Promise.reject(
          new Problem(422, 'INVALID', 'checksum: wrong', { errors: { checksum: ['wrong'] } }),
        ),
    });
    const answer = await post(
      replica,
      'mutation { confirmUpload(uploadId: "t", bytes: 1, checksum: "x") { status } }',
      { token },
    );
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'INVALID', status: 422, errors: { checksum: ['wrong'] } } }],
    });
  });

  test('starts uploads while RabbitMQ is unavailable', async () => {
    const replica = await harness.replica({ ingestion: answers(upload) });
    harness.broker.stop();
    const query = `mutation { startUpload(filename: "a.jpg", contentType: "image/jpeg") { correlationId } }`;
    expect(await (await post(replica, query, { token })).json()).toMatchObject({
      data: { startUpload: {} },
    });
  });
});

describe('analyses', () => {
  test('answers one analysis as the orchestrator does, and null for an unknown or foreign one', async () => {
    const run = aRun();
    const replica = await harness.replica({ orchestrator: answers(stateOf(run, 'FAILED')) });
    const query = `{ analysis(correlationId: "${run.correlationId}") { state failure { code } } }`;
    expect(await (await post(replica, query, { token })).json()).toEqual({
      data: { analysis: { state: 'FAILED', failure: { code: 'TIMED_OUT' } } },
    });
    const knowsNone = await harness.replica();
    expect(await (await post(knowsNone, query, { token })).json()).toEqual({
      data: { analysis: null },
    });
  });

  test('lists the analyses of this owner by pages', async () => {
    const paths: string[] = [];
    const item = { ...stateOf(aRun(), 'RUNNING'), cursor: 'c1' };
    const replica = await harness.replica({
      orchestrator: (call) => {
        paths.push(call.path);
        return answers({ items: [item], hasNextPage: true })(call);
      },
    });
    const query = `{ analyses(first: 1, after: "c0") {
      edges { cursor node { correlationId success } } pageInfo { hasNextPage endCursor } } }`;
    expect(await (await post(replica, query, { token })).json()).toEqual({
      data: {
        analyses: {
          edges: [{ cursor: 'c1', node: { correlationId: item.correlationId, success: null } }],
          pageInfo: { hasNextPage: true, endCursor: 'c1' },
        },
      },
    });
    expect(paths).toEqual([`/v1/analyses?owner=${owner}&first=1&after=c0`]);
  });

  test('answers `analyses` with a coded error while the orchestrator is unavailable', async () => {
    const replica = await harness.replica({
      orchestrator: () => Promise.reject(new Problem(503, 'UNREACHABLE', 'did not answer')),
    });
    const answer = await post(replica, '{ analyses { pageInfo { hasNextPage } } }', { token });
    expect(await codes(answer)).toEqual(['UNREACHABLE']);
  });
});

describe('refusals', () => {
  test('refuses a body over 32 kB with 413', async () => {
    const replica = await harness.replica();
    const query = `{ ping } #${'x'.repeat(40_000)}`;
    expect((await post(replica, query)).status).toBe(413);
  });

  test('runs none of a thousand aliases of startUpload', async () => {
    let calls = 0;
    const replica = await harness.replica({
      ingestion: () => {
        calls += 1;
        return Promise.reject(new Error('called'));
      },
    });
    const alias = (n: number) => `a${n}: startUpload(filename:"f",contentType:"c"){correlationId}`;
    const six = `mutation { ${[1, 2, 3, 4, 5, 6].map(alias).join(' ')} }`;
    expect(await codes(await post(replica, six, { token }))).toEqual(['TOO_MANY_ROOT_FIELDS']);
    const hidden = `mutation { ...A ...A ...B } fragment A on Mutation { ${alias(1)} ${alias(2)} ${alias(3)} }
      fragment B on Mutation { ...A }`;
    expect(await codes(await post(replica, hidden, { token }))).toContain('TOO_MANY_ROOT_FIELDS');
    const thousand = `mutation { ${Array.from({ length: 300 }, (_, n) => alias(n)).join(' ')} }`;
    const answer = await post(replica, thousand, { token });
    expect(await answer.text()).toContain('1000 tokens');
    expect(calls).toBe(0);
  });

  test.each(['text/plain;application/json', 'text/plain', 'application/x-www-form-urlencoded', ''])(
    'refuses a body of type %p with 415, for queries and streams',
    async (type) => {
      const replica = await harness.replica();
      for (const headers of [{}, eventStream]) {
        const answer = await post(replica, '{ ping }', {
          token,
          headers: { ...headers, 'content-type': type },
        });
        expect(answer.status).toBe(415);
      }
    },
  );

  test('refuses introspection and hides suggestions unless switched on', async () => {
    const replica = await harness.replica();
    const query = '{ __schema { queryType { name } } }';
    const type = '{ __type(name: "Query") { name } }';
    for (const asked of [query, type])
      expect(await codes(await post(replica, asked, { token }))).toEqual(['INTROSPECTION_OFF']);
    const typo = await (await post(replica, '{ analyse }', { token })).text();
    expect(typo).not.toContain('Did you mean');
    const open = await harness.replica({ config: { INTROSPECTION: true } });
    expect(await (await post(open, query, { token })).json()).toEqual({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
  });

  test('masks an internal error and gives its reference', async () => {
    const replica = await harness.replica({
      orchestrator: () => Promise.reject(new Error('password: geheim')),
    });
    const query = `{ analysis(correlationId: "${aRun().correlationId}") { state } }`;
    for (const headers of [{}, eventStream]) {
      const text = await (await post(replica, query, { token, headers })).text();
      expect(text).not.toContain('geheim');
      expect(text).toMatch(/reference [0-9a-f-]{36}/);
    }
  });

  test('refuses methods other than GET and POST with 405', async () => {
    const replica = await harness.replica();
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await replica.app.request('/graphql/stream?token=__proto__', { method });
      expect(answer.status).toBe(405);
    }
  });

  test('allows browsers of listed origins only', async () => {
    const replica = await harness.replica({ config: { CORS_ORIGINS: ['https://app.example'] } });
    const preflight = (origin: string) =>
      replica.app.request('/graphql', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const allowed = (await preflight('https://app.example')).headers;
    expect(allowed.get('access-control-allow-origin')).toBe('https://app.example');
    expect(allowed.get('access-control-allow-credentials')).toBeNull();
    const foreign = (await preflight('https://evil.example')).headers;
    expect(foreign.get('access-control-allow-origin')).toBeNull();

    const headers = { ...eventStream, origin: 'https://app.example' };
    const stream = await post(replica, completedQuery, { token, headers });
    expect(stream.headers.get('access-control-allow-origin')).toBe('https://app.example');
    await stream.body?.cancel();
  });
});

describe('open streams', () => {
  test('limits open streams per user with 429 and per replica with 503, both with Retry-After', async () => {
    const replica = await harness.replica({
      config: { STREAMS_PER_USER: 2, STREAMS_PER_REPLICA: 3 },
    });
    const open = (bearer: string) =>
      post(replica, completedQuery, { token: bearer, headers: eventStream });
    await open(token);
    const second = await open(token);
    const third = await open(token);
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('5');
    const other = await harness.token({ sub: 'bob' });
    expect((await open(other)).status).toBe(200);
    const full = await open(other);
    expect(full.status).toBe(503);
    expect(await codes(full)).toEqual(['REPLICA_FULL']);
    await second.body?.cancel();
    expect((await open(token)).status).toBe(200); // the place is free again
    expect(await replica.metrics()).toContain(
      'gateway_streams_rejected_total{reason="TOO_MANY_STREAMS"} 1',
    );
  });

  test('ends a stream with its token, without complete, so that the client comes back', async () => {
    const replica = await harness.replica();
    const short = await harness.token({ sub: 'ada', expiresInSeconds: 2 });
    const reader = await subscribe(replica, completedQuery, { token: short });
    const id = harness.announceCompleted(owner, aRun());
    expect((await reader.payload()).eventId).toBe(id);
    expect(await reader.next(4_000)).toBe('end');
    expect(await replica.metrics()).toContain(
      'gateway_streams_ended_total{reason="token_expired"} 1',
    );
  });

  test('ends streams on drain without complete, and opens none after', async () => {
    const replica = await harness.replica();
    const readers = await Promise.all(
      [1, 2, 3].map(() => subscribe(replica, completedQuery, { token })),
    );
    await replica.streams.drain(30);
    for (const reader of readers) expect(await reader.next()).toBe('end');
    const refused = await post(replica, completedQuery, { token, headers: eventStream });
    expect(await codes(refused)).toEqual(['DRAINING']);
    expect(replica.streams.size).toBe(0);
  });

  test('releases 50 quiet streams at once when their clients leave, without another event', async () => {
    const replica = await harness.replica({ orchestrator: answers(stateOf(aRun(), 'RUNNING')) });
    const readers = await Promise.all(
      Array.from({ length: 50 }, () => subscribe(replica, completedQuery, { token })),
    );
    expect(replica.streams.size).toBe(50);
    await Promise.all(readers.map((reader) => reader.cancel()));
    await eventually(() => replica.streams.size === 0, { within: 1_000 });
    expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="client"} 50');
  });

  test('cuts off a client that does not read before memory fills; it misses nothing when back', async () => {
    const replica = await harness.replica({ config: { REPLAY_BUFFER_BYTES: 10_000_000 } });
    const reader = await subscribe(replica, completedQuery, { token });
    const first = harness.announceCompleted(owner, aRun());
    const { eventId, cursor } = await reader.payload();
    expect(eventId).toBe(first);
    const ids = Array.from({ length: 1_100 }, () => harness.announceCompleted(owner, aRun()));
    await eventually(() => replica.streams.size === 0);
    expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="overflow"} 1');
    const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
    for (const id of ids) expect((await back.payload()).eventId).toBe(id);
  });
});

describe('content negotiation', () => {
  test('answers a subscription by a stream whatever Accept prefers, unless it excludes streams', async () => {
    const replica = await harness.replica();
    const urql = 'application/graphql-response+json, application/json, text/event-stream';
    for (const accept of [urql, '*/*', 'TEXT/EVENT-STREAM; charset=utf-8', 'text/*;q=0.5']) {
      const answer = await post(replica, completedQuery, { token, headers: { accept } });
      expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      await answer.body?.cancel();
    }
    const headers = { accept: 'application/json' };
    expect((await post(replica, completedQuery, { token, headers })).status).toBe(406);
  });

  test('answers a query by JSON, and by a stream only where Accept prefers one', async () => {
    const replica = await harness.replica();
    const type = async (accept: string) => {
      const answer = await post(replica, '{ ping }', { headers: { accept } });
      await answer.text();
      return answer.headers.get('content-type');
    };
    expect(await type('application/json, text/event-stream')).toMatch(/^application\/json/);
    expect(await type('text/event-stream;q=0.1, application/json')).toMatch(/^application\/json/);
    expect(await type('text/event-stream')).toMatch(/^text\/event-stream/);
  });

  test('sends stream headers that keep proxies from buffering and compressing', async () => {
    const replica = await harness.replica();
    const { headers, body } = await post(replica, completedQuery, { token, headers: eventStream });
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(headers.get('content-encoding')).toBeNull();
    await body?.cancel();
  });
});
