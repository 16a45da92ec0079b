import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ownerHeader } from '../contracts/rest.ts';
import { Problem } from '../platform/http/problem.ts';
import {
  Stage,
  aRun,
  answers,
  completedQuery,
  objectKey,
  post,
  stateOf,
  subscribe,
} from '../tests/support/gateway/stage.ts';
import { eventually } from '../tests/support/harness/eventually.ts';

let stage: Stage;
let token: string;
let owner: string;
beforeEach(async () => {
  stage = await Stage.open();
  token = await stage.token({ sub: 'ada' });
  owner = await stage.owner(token);
});
afterEach(() => stage.close());

const eventStream = { accept: 'text/event-stream' };
const codes = async (response: Response) =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors.map(
    ({ extensions }) => extensions.code,
  );

describe('who may ask', () => {
  test('ping answers anybody; everything else needs a token', async () => {
    const replica = await stage.replica();
    expect(await (await post(replica, '{ ping }')).json()).toEqual({ data: { ping: 'pong' } });
    for (const query of ['{ ping feedCursors { started } }', '{ ...on Query { ping } }', '{']) {
      const refused = await post(replica, query);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('a token in the URL is none', async () => {
    const replica = await stage.replica();
    const url = `/graphql?access_token=${token}&token=${token}&query={feedCursors{started}}`;
    expect((await replica.app.request(url)).status).toBe(401);
  });

  test('a token without the scope: 403', async () => {
    const replica = await stage.replica();
    const query = '{ feedCursors { started } }';
    const refused = await post(replica, query, { token: await stage.token({ scope: 'openid' }) });
    expect(refused.status).toBe(403);
    expect(await codes(refused)).toEqual(['FORBIDDEN']);
  });

  test('issuer out of reach: 503, Retry-After and a code', async () => {
    const fresh = await Stage.open(); // one that has read no key yet
    const replica = await fresh.replica();
    fresh.issuer.isAway = true;
    const bearer = { token: await fresh.token() };
    const refused = await post(replica, '{ feedCursors { started } }', bearer);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await codes(refused)).toEqual(['ISSUER_UNREACHABLE']);
    await fresh.close();
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
  ])('%s: the arguments go on with the owner of the token', async (path, field, sent) => {
    const calls: unknown[] = [];
    const replica = await stage.replica({
      ingestion: (call) => {
        calls.push({ path: call.path, body: call.body, headers: call.headers });
        return answers(upload)(call);
      },
    });
    const given = Object.entries(sent).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
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
  });

  test('problems of the service come through as GraphQL errors with code, status and fields', async () => {
    const replica = await stage.replica({
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

  test('go on without RabbitMQ', async () => {
    const replica = await stage.replica({ ingestion: answers(upload) });
    stage.broker.stop();
    const query = `mutation { startUpload(filename: "a.jpg", contentType: "image/jpeg") { correlationId } }`;
    expect(await (await post(replica, query, { token })).json()).toMatchObject({
      data: { startUpload: {} },
    });
  });
});

describe('analyses', () => {
  test("one: the orchestrator's word; an unknown or foreign one is null", async () => {
    const run = aRun();
    const replica = await stage.replica({ orchestrator: answers(stateOf(run, 'FAILED')) });
    const query = `{ analysis(correlationId: "${run.correlationId}") { state failure { code } } }`;
    expect(await (await post(replica, query, { token })).json()).toEqual({
      data: { analysis: { state: 'FAILED', failure: { code: 'TIMED_OUT' } } },
    });
    const knowsNone = await stage.replica();
    expect(await (await post(knowsNone, query, { token })).json()).toEqual({
      data: { analysis: null },
    });
  });

  test('many: pages by cursor, of this owner', async () => {
    const paths: string[] = [];
    const item = { ...stateOf(aRun(), 'RUNNING'), cursor: 'c1' };
    const replica = await stage.replica({
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

  test('the orchestrator down: an error with a code', async () => {
    const replica = await stage.replica({
      orchestrator: () => Promise.reject(new Problem(503, 'UNREACHABLE', 'did not answer')),
    });
    const answer = await post(replica, '{ analyses { pageInfo { hasNextPage } } }', { token });
    expect(await codes(answer)).toEqual(['UNREACHABLE']);
  });
});

describe('attacks', () => {
  test('a body over 32 kB: 413, with and without a length', async () => {
    const replica = await stage.replica();
    const query = `{ ping } #${'x'.repeat(40_000)}`;
    expect((await post(replica, query)).status).toBe(413);
  });

  test('a thousand aliases of startUpload: none runs', async () => {
    let calls = 0;
    const replica = await stage.replica({
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
    'a body of type %p: 415, for queries and streams',
    async (type) => {
      const replica = await stage.replica();
      for (const headers of [{}, eventStream]) {
        const answer = await post(replica, '{ ping }', {
          token,
          headers: { ...headers, 'content-type': type },
        });
        expect(answer.status).toBe(415);
      }
    },
  );

  test('introspection and suggestions say nothing, unless switched on', async () => {
    const replica = await stage.replica();
    const query = '{ __schema { queryType { name } } }';
    const type = (fields: string) => `{ __type(name: "Query") { ${fields} } }`;
    for (const asked of [
      query,
      type('name description'),
      type('fields { name }'),
      type('...on __Type { name }'),
    ])
      expect(await codes(await post(replica, asked, { token }))).toContain('INTROSPECTION_OFF');
    const echo = await post(replica, type('name'), { token });
    expect(await echo.json()).toEqual({ data: { __type: { name: 'Query' } } });
    const typo = await (await post(replica, '{ analyse }', { token })).text();
    expect(typo).not.toContain('Did you mean');
    const open = await stage.replica({ limits: { INTROSPECTION: true } });
    expect(await (await post(open, query, { token })).json()).toEqual({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
  });

  test('an error of ours is masked, with a reference', async () => {
    const replica = await stage.replica({
      orchestrator: () => Promise.reject(new Error('password: geheim')),
    });
    const query = `{ analysis(correlationId: "${aRun().correlationId}") { state } }`;
    for (const headers of [{}, eventStream]) {
      const text = await (await post(replica, query, { token, headers })).text();
      expect(text).not.toContain('geheim');
      expect(text).toMatch(/reference [0-9a-f-]{36}/);
    }
  });

  test('methods other than GET and POST: 405', async () => {
    const replica = await stage.replica();
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await replica.app.request('/graphql/stream?token=__proto__', { method });
      expect(answer.status).toBe(405);
    }
  });

  test('only listed origins may call from browsers', async () => {
    const replica = await stage.replica({ corsOrigins: ['https://app.example'] });
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
  test('one user has a limit of their own: 429; the replica has one: 503, both with Retry-After', async () => {
    const replica = await stage.replica({
      limits: { STREAMS_PER_USER: 2, STREAMS_PER_REPLICA: 3 },
    });
    const open = (bearer: string) =>
      post(replica, completedQuery, { token: bearer, headers: eventStream });
    await open(token);
    const second = await open(token);
    const third = await open(token);
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('5');
    const other = await stage.token({ sub: 'bob' });
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

  test('end with their token, without complete, so that the client comes back', async () => {
    const replica = await stage.replica();
    const short = await stage.token({ sub: 'ada', expiresInSeconds: 2 });
    const reader = await subscribe(replica, completedQuery, { token: short });
    const id = stage.announceCompleted(owner, aRun());
    expect((await reader.payload()).eventId).toBe(id);
    expect(await reader.next(4_000)).toBe('end');
    expect(await replica.metrics()).toContain(
      'gateway_streams_ended_total{reason="token_expired"} 1',
    );
  });

  test('end on drain without complete, and none is opened after', async () => {
    const replica = await stage.replica();
    const readers = await Promise.all(
      [1, 2, 3].map(() => subscribe(replica, completedQuery, { token })),
    );
    await replica.streams.drain(30);
    for (const reader of readers) expect(await reader.next()).toBe('end');
    const refused = await post(replica, completedQuery, { token, headers: eventStream });
    expect(await codes(refused)).toEqual(['DRAINING']);
    expect(replica.streams.size).toBe(0);
  });

  test('50 quiet streams that their clients leave are released at once, without another event', async () => {
    const replica = await stage.replica({ orchestrator: answers(stateOf(aRun(), 'RUNNING')) });
    const readers = await Promise.all(
      Array.from({ length: 50 }, () => subscribe(replica, completedQuery, { token })),
    );
    expect(replica.streams.size).toBe(50);
    await Promise.all(readers.map((reader) => reader.cancel()));
    await eventually(() => replica.streams.size === 0, { within: 1_000 });
    expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="client"} 50');
  });

  test('a reader that does not read is cut before memory fills, and misses nothing when back', async () => {
    const replica = await stage.replica({ feed: { bytes: 10_000_000 } });
    const reader = await subscribe(replica, completedQuery, { token });
    const first = stage.announceCompleted(owner, aRun());
    const { eventId, cursor } = await reader.payload();
    expect(eventId).toBe(first);
    const ids = Array.from({ length: 1_100 }, () => stage.announceCompleted(owner, aRun()));
    await eventually(() => replica.streams.size === 0);
    expect(await replica.metrics()).toContain('gateway_streams_ended_total{reason="overflow"} 1');
    const back = await subscribe(replica, completedQuery, { token, variables: { after: cursor } });
    for (const id of ids) expect((await back.payload()).eventId).toBe(id);
  });
});

describe('who answers', () => {
  test('a subscription is a stream whatever Accept puts first, unless it excludes streams', async () => {
    const replica = await stage.replica();
    const urql = 'application/graphql-response+json, application/json, text/event-stream';
    for (const accept of [urql, '*/*', 'TEXT/EVENT-STREAM; charset=utf-8', 'text/*;q=0.5']) {
      const answer = await post(replica, completedQuery, { token, headers: { accept } });
      expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      await answer.body?.cancel();
    }
    const headers = { accept: 'application/json' };
    expect((await post(replica, completedQuery, { token, headers })).status).toBe(406);
  });

  test('a query is JSON, and a stream only where that is what Accept prefers', async () => {
    const replica = await stage.replica();
    const type = async (accept: string) => {
      const answer = await post(replica, '{ ping }', { headers: { accept } });
      await answer.text();
      return answer.headers.get('content-type');
    };
    expect(await type('application/json, text/event-stream')).toMatch(/^application\/json/);
    expect(await type('text/event-stream;q=0.1, application/json')).toMatch(/^application\/json/);
    expect(await type('text/event-stream')).toMatch(/^text\/event-stream/);
  });

  test('stream headers keep proxies from buffering and packing', async () => {
    const replica = await stage.replica();
    const { headers, body } = await post(replica, completedQuery, { token, headers: eventStream });
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(headers.get('content-encoding')).toBeNull();
    await body?.cancel();
  });
});
