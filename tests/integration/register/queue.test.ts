// Where photos stand that wait, by the register's rows.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { queueAnswerSchema } from '../../../contracts/queue.ts';
import { ownerHeader } from '../../../contracts/rest.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { createApp } from '../../../services/register/app.ts';
import { applyChanges } from '../../../services/register/store/apply-changes.ts';
import type { Change, Run } from '../../../services/register/store/changes.ts';
import { logger } from '../../support/harness/environment.ts';
import { eventually } from '../../support/harness/eventually.ts';
import { goodEnd, newChange, newOwner, newRun } from '../../support/register/changes.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

const internalToken = 'the-internal-token-of-tests';
let postgres: OwnPostgres;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  postgres = await openPostgres();
  const ingest = { isCurrent: () => true };
  app = createApp({ db: postgres.db, ingest, health: createHealth(), internalToken, logger });
}, 120_000);
afterAll(() => postgres.close());

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);

/** A photo that was accepted so long ago. */
const accepted = (owner: string, ago: number, ...runs: Run[]): Change =>
  newChange({
    owner,
    upload: {
      contentType: 'image/jpeg',
      bytes: 48_213,
      checksum: `sha256:${'0'.repeat(64)}`,
      uploadedAt: secondsAgo(ago),
    },
    runs,
  });

const write = (...changes: Change[]) =>
  postgres.db.transaction().execute((trx) => applyChanges(trx, changes));

async function placesOf(owner: string, photos: readonly { correlationId: string }[]) {
  const answer = await app.request('/v1/queue', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${internalToken}`,
      'content-type': 'application/json',
      [ownerHeader]: owner,
    },
    body: JSON.stringify({ correlationIds: photos.map(({ correlationId }) => correlationId) }),
  });
  expect(answer.status).toBe(200);
  return queueAnswerSchema.parse(await answer.json()).places;
}

test('counts what the same owner sent before and has no result of, and nobody else', async () => {
  const [owner, other] = [newOwner(), newOwner()];
  const ended = accepted(owner, 50, newRun(secondsAgo(45), goodEnd(secondsAgo(40))));
  const running = accepted(owner, 30, newRun(secondsAgo(20)));
  const waiting = accepted(owner, 20);
  const last = accepted(owner, 10);
  await write(ended, running, waiting, last, accepted(other, 25), accepted(other, 60));
  const places = await placesOf(owner, [last, waiting, running, ended]);
  expect(places.map((place) => place?.ownAhead)).toEqual([2, 1, 0, undefined]);
  expect(places[0]?.objectKey).toBe(last.objectKey);
  expect(await placesOf(other, [last, { correlationId: uuidv7() }])).toEqual([null, null]);
});

test("estimates by the owner's own ends of the last minute", async () => {
  const owner = newOwner();
  const ends = [40, 30, 20, 10].map((ago) =>
    accepted(owner, 60, newRun(secondsAgo(50), goodEnd(secondsAgo(ago)))),
  );
  const [first, second] = [accepted(owner, 5), accepted(owner, 4)];
  await write(...ends, first, second);
  const [one, two] = await placesOf(owner, [first, second]);
  expect(one?.estimatedSeconds).toBeGreaterThanOrEqual(10);
  expect(one?.estimatedSeconds).toBeLessThanOrEqual(13);
  expect(two?.estimatedSeconds).toBeGreaterThanOrEqual(20);
  expect(two?.estimatedSeconds).toBeLessThanOrEqual(26);
});

test('looks once a second for an owner, however often it is asked', async () => {
  const owner = newOwner();
  const photo = accepted(owner, 5);
  expect(await placesOf(owner, [photo])).toEqual([null]);
  await write(photo);
  expect(await placesOf(owner, [photo])).toEqual([null]);
  await eventually(async () => expect((await placesOf(owner, [photo]))[0]?.ownAhead).toBe(0));
});

test('opens no export for HEAD, which nobody would read', async () => {
  const owner = newOwner();
  const ask = (method: string) =>
    app.request(`/v1/export?owner=${owner}`, {
      method,
      headers: { authorization: `Bearer ${internalToken}`, [ownerHeader]: owner },
    });
  for (let n = 0; n < 5; n += 1) expect((await ask('HEAD')).status).toBe(405);
  const answer = await ask('GET'); // not BUSY
  expect(answer.status).toBe(200);
  await answer.arrayBuffer();
});
