// What an owner finds again: lists, counts, a file and photos, through gateway and register of the stack.
import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { decodeJwt } from 'jose';
import type { Analysis } from '../../contracts/schema.generated.ts';
import { ownerFrom } from '../../gateway/auth/verify-token.ts';
import { databaseUrl } from '../../infra/stack/environment.ts';
import { applyChanges } from '../../services/register/store/apply-changes.ts';
import { connectDatabase } from '../../services/register/store/database.ts';
import { post } from '../support/gateway/requests.ts';
import { logger } from '../support/harness/environment.ts';
import {
  beginStory,
  deadline,
  readAll,
  samplePhoto,
  type Story,
  type User,
} from '../support/harness/users.ts';
import { failedEnd, goodEnd, newChange, newRun } from '../support/register/changes.ts';

const count = 250;
const day = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));

let story: Story;
let user: User;
beforeAll(async () => {
  story = await beginStory();
  user = story.newUser();
  const db = connectDatabase(databaseUrl(story.stack.stack), logger);
  const owner = ownerFrom(decodeJwt(await user.token({ renew: false })), ['iss', 'sub']);
  const changes = Array.from({ length: count }, (_, n) => {
    const volvo = goodEnd(day(n), { brand: 'Volvo', type: 'wheel loader', model: `L${n}` });
    const end = n % 10 === 0 ? failedEnd(day(n)) : n % 2 === 0 ? volvo : goodEnd(day(n));
    return newChange({ owner, runs: [newRun(day(n), end)] });
  });
  try {
    await db.transaction().execute((trx) => applyChanges(trx, changes));
  } finally {
    await db.destroy();
  }
});

const all = async (of: Parameters<User['client']['analyses']>[0] = {}, who = user) => {
  const found: Analysis[] = [];
  for await (const analysis of who.client.analyses({ ...of, signal: deadline() }))
    found.push(analysis);
  return found;
};
const ask = async (query: string, who = user) => {
  const url = `${story.stack.url('graph-gateway')}/graphql`;
  const answer = await post({ url }, query, { token: await who.token({ renew: false }) });
  return (await answer.json()) as { data: { analyses: Record<string, unknown> } };
};

test('pages through 250 analyses, each once, in either order', async () => {
  const newest = await all();
  expect(newest.map(({ startedAt }) => startedAt)).toEqual(
    Array.from({ length: count }, (_, n) => day(count - 1 - n).toISOString()),
  );
  const ids = newest.map(({ correlationId }) => correlationId);
  const oldest = await all({ order: 'OLDEST' });
  expect(oldest.map(({ correlationId }) => correlationId)).toEqual(ids.reverse());
});

test('narrows lists and counts by every filter', async () => {
  expect(await all({ state: 'FAILED' })).toHaveLength(25);
  expect(await all({ brand: 'volvo', type: 'Wheel Loader' })).toHaveLength(100);
  expect((await all({ text: 'l22 volvo' })).map((one) => one.startedAt)).toEqual([
    day(22).toISOString(),
  ]);
  expect(await all({ confident: true, from: day(200).toISOString() })).toHaveLength(45);
  expect(await all({ to: day(10).toISOString() })).toHaveLength(10);
  expect(await ask('{ analyses(first: 1, brand: "Caterpillar") { totalCount } }')).toEqual({
    data: { analyses: { totalCount: 125 } },
  });
});

test('shows another owner nothing of it: no list, no count, no analysis, no export', async () => {
  const other = story.newUser();
  const [mine] = await all();
  expect(await all({}, other)).toEqual([]);
  expect(await ask('{ analyses { totalCount } }', other)).toEqual({
    data: { analyses: { totalCount: 0 } },
  });
  expect(await other.client.analysis(mine?.correlationId ?? '')).toBeNull();
  expect(await exportOf(other, '')).toEqual([]);
});

async function exportOf(who: User, query: string): Promise<Record<string, string>[]> {
  const answer = await fetch(`${story.stack.url('graph-gateway')}/export${query}`, {
    headers: { authorization: `Bearer ${await who.token({ renew: false })}` },
  });
  expect(answer.status).toBe(200);
  return parse(await answer.text(), { columns: true });
}

test('exports the same analyses as the list with the same filters', async () => {
  const listed = await all({ brand: 'Volvo', order: 'OLDEST' });
  const exported = await exportOf(user, '?brand=Volvo');
  expect(exported.map((row) => row['correlationId'])).toEqual(
    listed.map(({ correlationId }) => correlationId),
  );
});

test('shows a photo as it was sent, by a URL that needs no token, and null where it is gone', async () => {
  const photographer = story.newUser();
  const photo = await samplePhoto();
  const events = await readAll(photographer.client.analyze(photo, { signal: deadline() }));
  const { completed } = await photographer.client.feedCursors();
  const fields = `edges { node { correlationId photo { url contentType bytes previewUrl } } }`;
  const fresh = await ask(
    `{ analyses(first: 1, atLeast: "${completed}") { ${fields} } }`,
    photographer,
  );
  const shown = fresh.data.analyses as unknown as { edges: { node: PhotoNode }[] };
  const node = shown.edges[0]?.node;
  expect(node).toMatchObject({
    correlationId: events[0]?.correlationId,
    photo: { contentType: 'image/jpeg', bytes: photo.length },
  });
  const image = await fetch(node?.photo.url ?? '');
  expect(image.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await image.arrayBuffer()).equals(photo)).toBe(true);
  expect(await ask(`{ analyses(first: 1) { edges { node { photo { url } } } } }`)).toEqual({
    data: { analyses: { edges: [{ node: { photo: null } }] } },
  });
});

interface PhotoNode {
  readonly correlationId: string;
  readonly photo: { readonly url: string };
}
