import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ownerHeader } from '../contracts/rest.ts';
import { Problem } from '../platform/http/problem.ts';
import { aRun, objectKey, stateOf } from '../tests/support/gateway/announced-run.ts';
import { GatewayHarness, answers } from '../tests/support/gateway/gateway-harness.ts';
import { codes, post } from '../tests/support/gateway/requests.ts';

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
