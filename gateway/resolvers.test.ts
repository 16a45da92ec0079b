import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ownerHeader } from '../contracts/rest.ts';
import { Problem } from '../platform/http/problem.ts';
import { aRun, objectKey, registeredOf, stateOf } from '../tests/support/gateway/announced-run.ts';
import { GatewayHarness, answers } from '../tests/support/gateway/gateway-harness.ts';
import { codes, completedQuery, post, subscribe } from '../tests/support/gateway/requests.ts';

let harness: GatewayHarness;
let token: string;
let owner: string;
beforeEach(async () => {
  harness = await GatewayHarness.start();
  token = await harness.token({ sub: 'ada' });
  owner = await harness.owner(token);
});
afterEach(() => harness.stop());

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

  test.each([
    ['has forgotten it', 404, 'NO_ANALYSIS'],
    ['is unavailable', 503, 'TEMPORAL_UNAVAILABLE'],
  ])('answers one analysis as the register keeps it where Temporal %s', async (_, status, code) => {
    const run = aRun();
    const replica = await harness.replica({
      orchestrator: () => Promise.reject(new Problem(status, code, 'none')),
      register: answers(registeredOf(run, 'COMPLETED')),
    });
    expect(await (await post(replica, stateQuery(run), { token })).json()).toEqual({
      data: { analysis: { state: 'COMPLETED' } },
    });
    const subscription = await subscribe(replica, completedQuery, {
      token,
      variables: { correlationId: run.correlationId },
    });
    expect(await subscription.payload()).toMatchObject({ correlationId: run.correlationId });
  });

  test('says so where neither can tell: an analysis may be too new for the register', async () => {
    const unavailable = (code: string) => () =>
      Promise.reject(new Problem(503, code, 'unavailable'));
    const query = stateQuery(aRun());
    const new_ = await harness.replica({ orchestrator: unavailable('TEMPORAL_UNAVAILABLE') });
    expect(await codes(await post(new_, query, { token }))).toEqual(['TEMPORAL_UNAVAILABLE']);
    const old = await harness.replica({ register: unavailable('POSTGRESQL_UNAVAILABLE') });
    expect(await codes(await post(old, query, { token }))).toEqual(['POSTGRESQL_UNAVAILABLE']);
  });

  /** A gateway whose register answers this, and the paths that it was asked for. */
  async function withRegister(...items: object[]) {
    const paths: string[] = [];
    const replica = await harness.replica({
      register: (call) => {
        paths.push(call.path);
        const isCount = call.path.includes('/count');
        return answers(isCount ? { count: 7 } : { items, hasNextPage: true })(call);
      },
    });
    return { replica, paths };
  }

  test('lists the analyses of this owner by pages', async () => {
    const item = { ...registeredOf(aRun(), 'RUNNING'), cursor: 'c1' };
    const { replica, paths } = await withRegister(item);
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
    expect(paths).toEqual([`/v1/analyses?owner=${owner}&first=1&after=c0&order=newest`]);
  });

  test('hands every filter on, and counts with the same ones where the count is asked for', async () => {
    const { replica, paths } = await withRegister();
    const cursor = Buffer.from('completed:41:0011aabb:1795680000000').toString('base64url');
    const query = `{ analyses(state: FAILED, brand: "Volvo & Co", type: "wheel loader", text: "ec220",
      confident: false, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", order: OLDEST,
      atLeast: "${cursor}") { totalCount edges { cursor } } }`;
    expect(await (await post(replica, query, { token })).json()).toEqual({
      data: { analyses: { totalCount: 7, edges: [] } },
    });
    const asked = paths.map((path) => {
      const { pathname, searchParams } = new URL(path, 'http://register.test');
      return [pathname, Object.fromEntries(searchParams)];
    });
    const filters = {
      ...{ owner, state: 'FAILED', brand: 'Volvo & Co', type: 'wheel loader', text: 'ec220' },
      ...{ confident: 'false', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
      atLeast: 'completed:41',
    };
    expect(asked).toEqual([
      ['/v1/analyses', { ...filters, first: '20', order: 'oldest' }],
      ['/v1/analyses/count', filters],
    ]);
  });

  test.each([
    ['atLeast: "nonsense"', 'CURSOR_INVALID'],
    [`after: "${'x'.repeat(1_001)}"`, 'CURSOR_INVALID'],
    ['from: "yesterday"', 'INVALID'],
    ['brand: ""', 'INVALID'],
    [`text: "${'x'.repeat(201)}"`, 'INVALID'],
    ['first: 101', 'INVALID'],
  ])('refuses %s before the register is asked', async (argument, code) => {
    const { replica, paths } = await withRegister();
    const answer = await post(replica, `{ analyses(${argument}) { totalCount } }`, { token });
    expect(await codes(answer)).toEqual([code]);
    expect(paths).toEqual([]);
  });

  test.each([
    ['UNREACHABLE', 'REGISTER_UNAVAILABLE'],
    ['POSTGRESQL_UNAVAILABLE', 'REGISTER_UNAVAILABLE'],
    ['NOT_APPLIED', 'NOT_APPLIED'],
  ])('answers `analyses` with a 503 while the register answers %s', async (given, code) => {
    const replica = await harness.replica({
      register: () => Promise.reject(new Problem(503, given, 'did not answer', { retryAfter: 1 })),
    });
    const answer = await post(replica, '{ analyses { pageInfo { hasNextPage } } }', { token });
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code, status: 503, retryAfter: 1 } }],
    });
  });
});

describe('photos', () => {
  const photo = {
    url: 'https://store.example/a',
    expiresAt: '2026-11-23T08:15:30.120Z',
    ...{ contentType: 'image/jpeg', bytes: 4 },
  };
  const items = Array.from({ length: 100 }, (_, n) => ({
    ...{ ...registeredOf(aRun(), 'COMPLETED'), cursor: String(n) },
    objectKey: objectKey.replace('11.jpg', `${String(n).padStart(2, '0')}.jpg`),
  }));
  const pages = `{ a: analyses(first: 50) { ...P } b: analyses(first: 50) { ...P } }
    fragment P on AnalysisConnection { edges { node { photo { url previewUrl bytes } } } }`;

  test('asks for the photos of a whole request in one call, null where one is gone', async () => {
    const asked: unknown[] = [];
    const replica = await harness.replica({
      register: answers({ items, hasNextPage: false }),
      mediaAccess: (call) => {
        asked.push(call.body);
        const photos = items.map((_, n) => (n === 7 ? null : photo));
        return answers({ photos })(call);
      },
    });
    const { data } = (await (await post(replica, pages, { token })).json()) as {
      data: Record<'a' | 'b', { edges: { node: { photo: unknown } }[] }>;
    };
    expect(asked).toEqual([{ objectKeys: items.map((item) => item.objectKey) }]);
    const { url, bytes } = photo;
    expect(data.b.edges[8]?.node.photo).toEqual({ url, bytes, previewUrl: null });
    expect(data.b.edges[7]?.node.photo).toBeNull();
  });

  test('answers the list without photos, and says why, while media access is unavailable', async () => {
    const replica = await harness.replica({ register: answers({ items, hasNextPage: false }) });
    const answer = (await (await post(replica, pages, { token })).json()) as {
      data: { a: { edges: unknown[] } };
      errors: unknown[];
    };
    expect(answer.data.a.edges).toHaveLength(100);
    expect(answer.errors[0]).toMatchObject({ extensions: { code: 'UNREACHABLE', status: 503 } });
  });
});

const stateQuery = ({ correlationId }: { correlationId: string }) =>
  `{ analysis(correlationId: "${correlationId}") { state } }`;
