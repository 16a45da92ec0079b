import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aRun } from '../tests/support/gateway/announced-run.ts';
import { GatewayHarness } from '../tests/support/gateway/gateway-harness.ts';
import { codes, completedQuery, eventStream, post } from '../tests/support/gateway/requests.ts';

let harness: GatewayHarness;
let token: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
});
afterEach(() => harness.stop());

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

  test('answers queries and subscriptions of a token with scope analysis.read, and refuses every mutation', async () => {
    let calls = 0;
    const replica = await harness.replica({
      ingestion: () => {
        calls += 1;
        return Promise.reject(new Error('called'));
      },
    });
    const readOnly = { token: await harness.token({ scope: 'openid analysis.read' }) };
    expect((await post(replica, '{ feedCursors { started } }', readOnly)).status).toBe(200);
    const feed = await post(replica, completedQuery, { ...readOnly, headers: eventStream });
    expect(feed.status).toBe(200);
    await feed.body?.cancel();
    for (const mutation of [
      'startUpload(filename: "a.jpg", contentType: "image/jpeg") { correlationId }',
      'renewUpload(uploadId: "t") { correlationId }',
      'confirmUpload(uploadId: "t", bytes: 1, checksum: "c") { correlationId }',
    ])
      for (const headers of [{}, eventStream]) {
        const refused = await post(replica, `mutation { ${mutation} }`, { ...readOnly, headers });
        expect(refused.status).toBe(403);
        expect(refused.headers.get('www-authenticate')).toContain('scope="analysis"');
        const { errors } = (await refused.json()) as { errors: unknown[] };
        expect(errors).toMatchObject([
          {
            message: expect.stringContaining('without scope analysis, only with analysis.read'),
            extensions: { code: 'FORBIDDEN', status: 403 },
          },
        ]);
      }
    expect(calls).toBe(0);
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

  test.each(['/livez', '/readyz', '/metrics'])(
    'says nothing of how it is at its public port (%s)',
    async (path) => {
      const { app } = await harness.replica();
      expect((await app.request(path)).status).toBe(404);
    },
  );

  test('allows browsers of listed origins only, with any header of their clients', async () => {
    const replica = await harness.replica({ config: { CORS_ORIGINS: ['https://app.example'] } });
    const preflight = (origin: string) =>
      replica.app.request('/graphql', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,x-client-name',
        },
      });
    const allowed = (await preflight('https://app.example')).headers;
    expect(allowed.get('access-control-allow-origin')).toBe('https://app.example');
    expect(allowed.get('access-control-allow-credentials')).toBeNull();
    expect(allowed.get('access-control-allow-headers')).toBe('authorization,x-client-name');
    const foreign = (await preflight('https://evil.example')).headers;
    expect(foreign.get('access-control-allow-origin')).toBeNull();

    const headers = { ...eventStream, origin: 'https://app.example' };
    const stream = await post(replica, completedQuery, { token, headers });
    expect(stream.headers.get('access-control-allow-origin')).toBe('https://app.example');
    await stream.body?.cancel();
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
    for (const accept of ['application/json', 'text/event-stream;q=0, */*', 'text/*;q=0, */*']) {
      const refused = await post(replica, completedQuery, { token, headers: { accept } });
      expect([accept, refused.status]).toEqual([accept, 406]);
    }
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
    expect(await type('text/event-stream;q=0, */*')).toMatch(/^application\/json/);
    expect(await type('application/json;charset=utf8, text/*;q=0.9')).toMatch(/^application\/json/);
    const weighted = 'application/json;q=0.5, application/graphql-response+json';
    expect(await type(weighted)).toMatch(/^application\/graphql-response\+json/);
    expect((await post(replica, '{ ping }', { headers: { accept: 'image/*' } })).status).toBe(406);
  });

  test.each([
    'application/json;version=1',
    'application/json;odata=verbose',
    'application/json; odata.metadata=minimal; charset=utf-8; IEEE754Compatible=true',
    'application/json;profile="https://example.org/a;b,c";q=0.9',
    'application/json;indent=4;q=0.8, text/event-stream;q=0.1',
    'text/event-stream;x=1;q=0, application/json;compact',
  ])('answers a query by JSON whatever else Accept says of it: %s', async (accept) => {
    const replica = await harness.replica();
    const answer = await post(replica, '{ ping }', { headers: { accept } });
    await answer.body?.cancel();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
    ]);
  });

  test('sends stream headers that keep proxies from buffering and compressing', async () => {
    const replica = await harness.replica();
    const { headers, body } = await post(replica, completedQuery, { token, headers: eventStream });
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
    expect(headers.get('content-encoding')).toBeNull();
    await body?.cancel();
  });
});
