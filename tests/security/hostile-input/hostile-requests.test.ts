import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { openApps, type ServedApps } from '../../support/hostile-input/apps.ts';
import type { Route } from '../../support/hostile-input/routes.ts';
import {
  hostileRequests,
  slowRequests,
  type HostileRequest,
} from '../../support/hostile-input/hostile-requests.ts';
import { ask, type RawAnswer } from '../../support/hostile-input/raw-http.ts';

const withinMs = 5_000;
let apps: ServedApps;
beforeAll(async () => {
  apps = await openApps({ requestMs: 500, checkEveryMs: 50 });
});
afterAll(() => apps.close());

const names = [
  ...['ingestion', 'orchestrator', 'media access', 'vision adapter'],
  ...['bridge', 'recognition', 'gateway', 'identity'],
];

test('lists every app of ours in the table', () => {
  expect(apps.all.map(({ name }) => name).sort()).toEqual([...names].sort());
});

describe.each(names)('%s', (name) => {
  test('answers every route of the app, each in the table', async () => {
    const { app, routes, port } = apps.named(name);
    const known = [...new Set(app.routes.map(({ method, path }) => `${method} ${path}`))];
    expect(Object.keys(routes).sort()).toEqual(known.sort());
    for (const [route, { request, answers }] of Object.entries(routes)) {
      const { status } = await ask(port, request, withinMs);
      expect(`${route} ${status}`).toBe(`${route} ${answers}`);
    }
  });

  test('answers hostile requests with a clear 4xx, and goes on', async () => {
    expect(await faultsOf(name, hostileRequests)).toEqual([]);
    const { routes, port } = apps.named(name);
    for (const { request, answers } of Object.values(routes))
      expect((await ask(port, request, withinMs)).status).toBe(answers);
  });

  test('ends a request that never comes to its end', async () => {
    expect(await faultsOf(name, slowRequests)).toEqual([]);
  });
});

describe('all of them', () => {
  test('logs no hostile request as an error', () => {
    expect(apps.faults).toEqual([]);
  });
});

/** One line for each row that was answered in another way than its fate says. */
async function faultsOf(name: string, requests: readonly HostileRequest[]): Promise<string[]> {
  const { port, routes } = apps.named(name);
  const faults: string[] = [];
  const limit = pLimit(50);
  const send = async (key: string, route: Route, { name: row, fate, spoil }: HostileRequest) => {
    const fault = await ask(port, spoil(route.request), withinMs).then(
      (answer) => faultIn(answer, fate, route),
      (error: unknown) => (error as Error).message,
    );
    if (fault !== undefined) faults.push(`${key}, ${row}: ${fault}`);
  };
  await Promise.all(
    Object.entries(routes).flatMap(([key, route]) =>
      requests.map((request) => limit(() => send(key, route, request))),
    ),
  );
  return faults;
}

function faultIn(
  answer: RawAnswer,
  fate: HostileRequest['fate'],
  route: Route,
): string | undefined {
  const { status } = answer;
  const said = `${status} ${answer.body.slice(0, 300)}`;
  if (status >= 500) return said;
  if (status === 0 && fate !== 'closed') return 'closed without a word';
  if (fate === 'parser' && (status < 400 || status > 499)) return said;
  if (fate !== 'refused' || route.reads === 'no body') return undefined;
  return isClear(answer, route.reads) ? undefined : said;
}

/** A 4xx with a code for programs and a sentence for people; GraphQL says it in `errors`, also with 200. */
function isClear({ status, body }: RawAnswer, reads: Route['reads']): boolean {
  const reported = readJson(body) as {
    code?: string;
    detail?: string;
    errors?: { message?: string; extensions?: { code?: string } }[];
  };
  const isRefusal = status >= 400 && status <= 499;
  if (reads === 'json') return isRefusal && Boolean(reported.code) && Boolean(reported.detail);
  return (
    (isRefusal || status === 200) &&
    Array.isArray(reported.errors) &&
    reported.errors.length > 0 &&
    reported.errors.every(
      ({ message, extensions }) => Boolean(message) && Boolean(extensions?.code),
    )
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
