// GraphQL over HTTP, appendix A: documents by their id.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GatewayHarness, type Replica } from '../../tests/support/gateway/gateway-harness.ts';
import { codes } from '../../tests/support/gateway/requests.ts';
import { createTrustedDocuments, documentIdOf, type TrustedMode } from './trusted-documents.ts';

const manifest = JSON.parse(
  readFileSync(new URL('../../contracts/trusted-documents.json', import.meta.url), 'utf8'),
) as Record<string, string>;
const [documentId = '', text = ''] =
  Object.entries(manifest).find(([, document]) => document.includes('query Ping')) ?? [];
const unknownId = documentIdOf('{ unknown }');
const pong = { data: { ping: 'pong' } };

let harness: GatewayHarness;
const replicas = new Map<TrustedMode, Replica>();
beforeAll(async () => {
  harness = await GatewayHarness.start();
  for (const mode of ['off', 'allowed', 'required'] as const)
    replicas.set(mode, await harness.replica({ config: { TRUSTED_DOCUMENTS: mode } }));
});
afterAll(() => harness.stop());

const urlOf = (mode: TrustedMode) => replicas.get(mode)?.url ?? '';
const send = (mode: TrustedMode, body: object) =>
  fetch(urlOf(mode), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe.each(['allowed', 'required'] as const)('trusted documents: %s', (mode) => {
  test('answers the id of a document of our clients, by POST and by GET', async () => {
    const parameters = new URLSearchParams({ documentId }).toString();
    for (const answer of [
      await send(mode, { documentId }),
      await fetch(`${urlOf(mode)}?${parameters}`),
    ])
      expect([answer.status, await answer.json()]).toEqual([200, pong]);
  });

  test('says of an unknown id that there is none', async () => {
    const answer = await send(mode, { documentId: unknownId });
    expect(answer.status).toBe(400);
    expect(await codes(answer)).toEqual(['PERSISTED_DOCUMENT_NOT_FOUND']);
  });

  test('refuses an id beside a query', async () => {
    const answer = await send(mode, { documentId, query: text });
    expect([answer.status, await codes(answer)]).toEqual([400, ['BAD_REQUEST']]);
  });

  test('answers a probe for an automatic persisted query as ever', async () => {
    const persistedQuery = { version: 1, sha256Hash: documentId.slice('sha256:'.length) };
    const answer = await send(mode, { extensions: { persistedQuery } });
    expect(await codes(answer)).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED']);
  });
});

test('answers any document where ids are allowed, and trusted ones alone where they are required', async () => {
  expect(await (await send('allowed', { query: '{ ping }' })).json()).toEqual(pong);
  expect(await (await send('required', { query: text })).json()).toEqual(pong);
  const answer = await send('required', { query: '{ ping }' });
  expect([answer.status, await codes(answer)]).toEqual([400, ['PERSISTED_DOCUMENT_REQUIRED']]);
});

test('knows no id where they are off', async () => {
  const answer = await send('off', { documentId });
  expect(await codes(answer)).toEqual(['PERSISTED_DOCUMENT_NOT_FOUND']);
});

test('refuses a manifest with an id that is not that of its text', () => {
  const file = new URL('../../contracts/samples/analysis.started.json', import.meta.url).pathname;
  expect(() => createTrustedDocuments('allowed', file)).toThrow();
});
