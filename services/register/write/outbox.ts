// Events that are decided on in a transaction, and published behind it: together with its rows or not at all.
import { sql, type Transaction } from 'kysely';
import { Counter, Gauge, type Registry } from 'prom-client';
import { createEvent, encodeEvent } from '../../../contracts/cloudevents.ts';
import type { EventData } from '../../../contracts/events.ts';
import type { Logger } from '../../../platform/logger.ts';
import {
  RabbitUnavailableError,
  UnpublishableError,
  UnroutableError,
  type RabbitConnection,
} from '../../../platform/rabbitmq/rabbitmq.ts';
import { delay, pauseAfter } from '../../../platform/retry.ts';
import { isUnavailable, type Database, type RegisterDb } from '../store/database.ts';

type ChangeType = 'analysis.corrected' | 'analysis.deleted';

/** In the order of one analysis' acts: each of them holds its row, or all tombstones. */
export async function enqueue<Type extends ChangeType>(
  trx: Transaction<Database>,
  type: Type,
  event: { id: string; correlationId: string; owner: string; data: EventData<Type> },
): Promise<void> {
  const { id, correlationId: correlationid, owner, data } = event;
  const made = createEvent(type, {
    ...{ id, data, subject: data.objectKey },
    extensions: { correlationid, owner },
  });
  await trx.insertInto('outbox').values({ event_id: id, event: made }).execute();
}

/** Any number will do, as long as no other program takes the same lock. */
const publisherLock = 4_008_003;
const eventsAtOnce = 50;
const pollEveryMs = 200;

interface OutboxDeps {
  readonly db: RegisterDb;
  readonly rabbit: Pick<RabbitConnection, 'publish' | 'declare'>;
  readonly exchange: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly stopping: AbortSignal;
}

/**
 * Publishes what stands in the outbox, the oldest first, for as long as the process lives. One replica at
 * a time does; each event is deleted behind its confirm, so a crash between the two repeats it under its id.
 */
export async function publishOutbox(deps: OutboxDeps): Promise<void> {
  const { logger, stopping } = deps;
  const { onPublished, setAside } = watchOutbox(deps);
  let failures = 0;
  while (!stopping.aborted) {
    try {
      const { published, failure } = await publishSome(deps, setAside);
      onPublished(published);
      if (failure !== undefined) throw failure;
      failures = 0;
      if (published === eventsAtOnce) continue;
    } catch (error) {
      failures += 1;
      const isExpected = error instanceof RabbitUnavailableError || isUnavailable(error);
      const level = !isExpected ? 'error' : failures === 1 ? 'warn' : 'debug';
      logger[level]({ err: error }, 'outbox not published: trying again');
      if (error instanceof UnroutableError) await deps.rabbit.declare().catch(() => undefined);
    }
    const pauseMs = pauseAfter(failures, { firstMs: pollEveryMs, longestMs: 5_000 });
    await delay(failures === 0 ? pollEveryMs : pauseMs, stopping);
  }
}

/**
 * What was confirmed is deleted also where the next one fails. One that AMQP cannot carry is set aside until
 * this process ends, so that it keeps no other waiting; its row stays.
 */
async function publishSome(
  { db, rabbit, exchange, logger, stopping }: OutboxDeps,
  setAside: Set<string>,
): Promise<{ published: number; failure?: Error }> {
  return db.transaction().execute(async (trx) => {
    const lock = sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${publisherLock}) as mine`;
    if ((await lock.execute(trx)).rows[0]?.mine !== true) return { published: 0 };
    const rows = await trx
      .selectFrom('outbox')
      .selectAll()
      .$if(setAside.size > 0, (query) => query.where('id', 'not in', [...setAside]))
      .orderBy('id')
      .limit(eventsAtOnce)
      .execute();
    let published = 0;
    for (const { id, event } of rows) {
      if (stopping.aborted) break;
      const { headers, body } = encodeEvent(event, 'cloudEvents_');
      try {
        await rabbit.publish({ exchange, messageId: event.id, type: event.type, headers, body });
      } catch (error) {
        if (error instanceof UnpublishableError) {
          setAside.add(id);
          logger.error({ err: error, eventId: event.id, type: event.type }, 'event set aside');
          continue;
        }
        return { published, failure: error as Error };
      }
      await trx.deleteFrom('outbox').where('id', '=', id).execute();
      published += 1;
    }
    return { published };
  });
}

/** What waits in the outbox, for how long, and what this replica has published. */
function watchOutbox({ db, registry }: OutboxDeps) {
  const registers = [registry];
  const published = new Counter({
    name: 'register_outbox_published_total',
    help: 'Events of the outbox published by this replica.',
    registers,
  });
  const counted = sql<{ waiting: string }>`select count(*) as waiting from outbox`;
  new Gauge({
    name: 'register_outbox_waiting',
    help: 'Events of corrections and deletions not published yet; absent while nobody knows.',
    registers,
    async collect() {
      const waiting = await counted.execute(db).catch(() => undefined);
      if (waiting === undefined) this.remove();
      else this.set(Number(waiting.rows[0]?.waiting ?? 0));
    },
  });
  const setAside = new Set<string>();
  new Gauge({
    name: 'register_outbox_set_aside',
    help: 'Events of the outbox that AMQP cannot carry: set aside by this replica until it ends.',
    registers,
    collect() {
      this.set(setAside.size);
    },
  });
  return { setAside, onPublished: (events: number) => published.inc(events) };
}
