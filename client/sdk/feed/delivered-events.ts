import type { CompletedEvent, FeedEvent, StartedEvent } from './events.ts';

const remembered = 20_000; // far more than a gateway replays; an older event may come twice

interface Run {
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
}

/**
 * What was delivered already. Repeats of one event share an id; what was read from the service's state
 * has none, so runs are also distinguished by time: a redo's run starts after the end of the one before.
 */
export class DeliveredEvents {
  readonly #eventIds = new Recent<true>();
  readonly #runs = new Recent<Run>();
  readonly #correctedAt = new Recent<number>();
  readonly #deleted = new Recent<true>();

  /** True the first time; the event counts as delivered from then on. */
  add(event: FeedEvent): boolean {
    if (event.eventId !== null) {
      if (this.#eventIds.get(event.eventId)) return false;
      this.#eventIds.set(event.eventId, true);
    }
    if (this.#deleted.get(event.correlationId)) return false; // nothing comes after a deletion
    switch (event.state) {
      case 'started':
      case 'completed':
        return this.#addOfRun(event);
      case 'corrected': {
        const at = Date.parse(event.correctedAt);
        if ((this.#correctedAt.get(event.correlationId) ?? -1) >= at) return false;
        this.#correctedAt.set(event.correlationId, at);
        return true;
      }
      case 'deleted':
        this.#deleted.set(event.correlationId, true);
        return true;
    }
  }

  #addOfRun(event: StartedEvent | CompletedEvent): boolean {
    const known = this.#runs.get(event.correlationId);
    if (notBefore(known?.completedAt, event.startedAt)) return false; // its end was delivered
    if (event.state === 'started' && notBefore(known?.startedAt, event.startedAt)) return false;
    this.#runs.set(event.correlationId, {
      startedAt: event.startedAt,
      completedAt: event.state === 'completed' ? event.completedAt : undefined,
    });
    return true;
  }
}

const notBefore = (known: string | undefined, at: string) =>
  known !== undefined && Date.parse(known) >= Date.parse(at);

/** The values set last: a Map keeps the order in which its keys were added. */
class Recent<Value> {
  readonly #values = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= remembered) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }
}
