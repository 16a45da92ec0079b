import { LRUCache } from 'lru-cache';
import { correlationKey } from './event-log.ts';

const maximumDeletions = 100_000;

/**
 * What owners have deleted, as the stream says it: nothing of it is replayed or sent any more, also where
 * another stream is read later. What the streams no longer hold needs no remembering.
 */
export class DeletedAnalyses {
  readonly #keys = new LRUCache<string, true>({ max: maximumDeletions });
  readonly #listeners = new Map<string, Set<() => void>>();

  add(owner: string, correlationId: string): void {
    const key = correlationKey(owner, correlationId);
    if (this.#keys.has(key)) return;
    this.#keys.set(key, true);
    for (const listener of [...(this.#listeners.get(key) ?? [])]) listener();
  }

  has(owner: string, correlationId: string): boolean {
    return this.#keys.has(correlationKey(owner, correlationId));
  }

  /** Calls back at most once, when it is deleted. @returns what ends that. */
  onDeleted(owner: string, correlationId: string, listener: () => void): () => void {
    const key = correlationKey(owner, correlationId);
    const listeners = this.#listeners.get(key) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(key, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners)
        this.#listeners.delete(key);
    };
  }
}
