import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { auditedGateway, type AuditedGateway } from '../support/gateway/audited-gateway.ts';

let gateway: AuditedGateway;
beforeAll(async () => {
  gateway = await auditedGateway('onAnalysisStarted');
});
afterAll(() => gateway.close());

test('passes all 61 audits of GraphQL over HTTP, with a token', async () => {
  const withToken: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', gateway.headers['authorization'] ?? '');
    return fetch(input, { ...init, headers });
  };
  const results = await auditServer({ url: gateway.url, fetchFn: withToken });
  const unmet = results.filter(({ status }) => status !== 'ok');
  expect(unmet.map(({ id, name, status }) => `${id} ${status}: ${name}`)).toEqual([]);
  expect(results).toHaveLength(61);
});
