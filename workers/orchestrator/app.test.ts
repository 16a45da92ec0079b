import { describe, expect, test } from '@jest/globals';
import { ownerHeader, type Analysis } from '../../contracts/rest.ts';
import { createHealth } from '../../platform/http/health.ts';
import { silentLogger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import { TemporalUnavailableError } from '../../platform/temporal/temporal.ts';
import { emptyDoor } from '../../tests/support/orchestrator/empty-door.ts';
import { createApp } from './app.ts';

const internalToken = 'a token of the tests';
const owner = '5d41402abc4b2a76b9719d911017c592';
const correlationId = '019a53c4-7c10-7d3a-9a52-1f0c3a7be001';
const analysis = { correlationId, state: 'RUNNING' } as Analysis; // the app hands it on unread

function request(
  path: string,
  headers: Record<string, string>,
  find: Parameters<typeof createApp>[0]['find'] = () => Promise.resolve(analysis),
) {
  const app = createApp({
    find,
    door: emptyDoor(unavailableTemporal),
    health: createHealth({}),
    internalToken,
    logger: silentLogger(),
  });
  return app.request(path, { headers });
}
const unavailableTemporal = {
  withTimeout: () => Promise.reject(new TemporalUnavailableError('Temporal is unavailable')),
};
const known = { authorization: `Bearer ${internalToken}`, [ownerHeader]: owner };

describe('GET /v1/analyses/{correlationId}', () => {
  test('answers the analysis of this owner and id', async () => {
    const asked: string[] = [];
    const find = (...given: string[]) => {
      asked.push(...given);
      return Promise.resolve(analysis);
    };
    const answer = await request(`/v1/analyses/${correlationId}`, known, find);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(analysis);
    expect(asked).toEqual([owner, correlationId]);
  });

  test('refuses a call without the internal token', async () => {
    const answer = await request(`/v1/analyses/${correlationId}`, { [ownerHeader]: owner });
    expect(answer.status).toBe(401);
  });

  test.each([undefined, '', 'not a hash'])('refuses the owner %p', async (given) => {
    const { authorization } = known;
    const headers = { authorization, ...(given === undefined ? {} : { [ownerHeader]: given }) };
    expect((await request(`/v1/analyses/${correlationId}`, headers)).status).toBe(422);
  });

  test('answers 404 for an unknown analysis as for one of another owner', async () => {
    const find = () => Promise.reject(new Problem(404, 'NO_ANALYSIS', 'none'));
    const answer = await request(`/v1/analyses/${correlationId}`, known, find);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('answers 503 with Retry-After while Temporal is unavailable', async () => {
    const find = () => Promise.reject(new TemporalUnavailableError('unavailable'));
    const answer = await request(`/v1/analyses/${correlationId}`, known, find);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });
});

test("answers 404 to a list: those are the register's", async () => {
  expect((await request(`/v1/analyses?owner=${owner}`, known)).status).toBe(404);
});
