import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { GatewayHarness } from '../../tests/support/gateway/gateway-harness.ts';

const browser = {
  headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' },
};

let harness: GatewayHarness;
beforeEach(async () => {
  harness = await GatewayHarness.start();
});
afterEach(() => harness.stop());

const open = () => harness.replica({ config: { INTROSPECTION: true } });

test('shows browsers a page with nothing inline and nothing from elsewhere', async () => {
  const { app } = await open();
  const answer = await app.request('/graphql', browser);
  expect(answer.headers.get('content-type')).toMatch('text/html');
  expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
  const page = await answer.text();
  expect(page).not.toMatch(/https?:|<style|<script>| style=| on\w+=/);
  const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links).toHaveLength(7);
  for (const link of links) {
    const file = await app.request(`/${link}`);
    expect([link, file.status, file.headers.get('content-type')]).toEqual([
      link,
      200,
      link.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    ]);
  }
});

test('answers as ever whoever prefers JSON or sends a query, and serves no other file', async () => {
  const { app } = await open();
  const query = '/graphql?query=%7Bping%7D';
  expect(await (await app.request(query, browser)).json()).toEqual({ data: { ping: 'pong' } });
  for (const accept of ['*/*', 'application/json', 'application/json, text/html'])
    expect((await app.request('/graphql', { headers: { accept } })).status).toBe(400);
  for (const path of ['/graphql/page.html', '/graphql/constructor', '/graphql/..%2fpage.js'])
    expect((await app.request(path)).status).toBe(404);
});

test('shows no page where introspection is off', async () => {
  const { app } = await harness.replica();
  expect((await app.request('/graphql', browser)).status).toBe(400);
  expect((await app.request('/graphql/page.js')).status).toBe(404);
});
