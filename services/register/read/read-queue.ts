import { LRUCache } from 'lru-cache';
import { sql } from 'kysely';
import type { QueuePlace } from '../../../contracts/queue.ts';
import type { RegisterDb } from '../store/database.ts';

/** Clients ask again and again for each photo of a batch: one look for an owner serves all of them. */
const validMs = 1_000;
const mostOwners = 1_000;
const mostPlaces = 10_000;
/** What is older waits for something else than its turn. */
const waitsForDays = 7;
const measuredSeconds = 60;
/** Of a single end nothing follows about the next one. */
const fewestEnds = 2;

export type ReadQueue = (
  owner: string,
  correlationIds: readonly string[],
) => Promise<(QueuePlace | null)[]>;

/** Places among the owner's own photos alone. They lag behind as the register does: by a moment. */
export function createQueueReader(db: RegisterDb): ReadQueue {
  const looks = new LRUCache<string, Promise<ReadonlyMap<string, QueuePlace>>>({
    max: mostOwners,
    ttl: validMs,
    ttlAutopurge: true, // each may hold thousands of places
  });
  return async (owner, correlationIds) => {
    let look = looks.get(owner);
    if (look === undefined) {
      look = readPlaces(db, owner);
      looks.set(owner, look);
      look.catch(() => looks.delete(owner)); // each caller gets the error; the next one asks again
    }
    const places = await look;
    return correlationIds.map((id) => places.get(id) ?? null);
  };
}

async function readPlaces(db: RegisterDb, owner: string): Promise<ReadonlyMap<string, QueuePlace>> {
  const [waiting, secondsEach] = await Promise.all([
    db
      .selectFrom('analyses')
      .select(['correlation_id', 'object_key', 'uploaded_at'])
      .where('owner', '=', owner)
      .where((row) => row.or([row('state', 'is', null), row('state', '=', 'RUNNING')]))
      .where('uploaded_at', '>', sql<Date>`now() - make_interval(days => ${sql.lit(waitsForDays)})`)
      .orderBy('uploaded_at')
      .orderBy('correlation_id')
      .limit(mostPlaces)
      .execute(),
    measureSecondsEach(db, owner),
  ]);
  return new Map(
    waiting.map(({ correlation_id, object_key, uploaded_at }, ownAhead) => [
      correlation_id,
      {
        objectKey: object_key,
        acceptedAt: (uploaded_at ?? new Date(0)).toISOString(),
        ownAhead,
        estimatedSeconds:
          secondsEach === undefined ? null : Math.max(1, Math.ceil(secondsEach * (ownAhead + 1))),
      },
    ]),
  );
}

/**
 * How long an analysis of this owner takes its turn, by the ends of the last minute: the owner's own, and
 * where there are none the share that everybody has. The quota shows in them, and so does whatever else is slow.
 */
async function measureSecondsEach(db: RegisterDb, owner: string): Promise<number | undefined> {
  const since = sql<Date>`now() - make_interval(secs => ${sql.lit(measuredSeconds)})`;
  const ofOwner = sql`filter (where owner = ${owner})`;
  const { own, all, owners, own_seconds, all_seconds } = await db
    .selectFrom('analyses')
    .select([
      sql<number>`count(*) ${ofOwner}::int`.as('own'),
      sql<number>`count(*)::int`.as('all'),
      sql<number>`count(distinct owner)::int`.as('owners'),
      sql<number>`extract(epoch from now() - min(completed_at) ${ofOwner})::float8`.as(
        'own_seconds',
      ),
      sql<number>`extract(epoch from now() - min(completed_at))::float8`.as('all_seconds'),
    ])
    .where('last_at', '>', since)
    .where('completed_at', '>', since)
    .executeTakeFirstOrThrow();
  if (own >= fewestEnds) return own_seconds / own;
  if (all < fewestEnds) return undefined;
  return (all_seconds / all) * (own > 0 ? owners : owners + 1);
}
