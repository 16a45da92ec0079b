// Whose photo is looked at first when more wait than Vision may be asked about.

/**
 * `interactive`: one of the first photos of its owner in a minute, so somebody waits for it. `batch`: what
 * the owner sent beyond. Ingestion decides; nobody can claim it.
 */
export const priorities = ['interactive', 'batch'] as const;
export type Priority = (typeof priorities)[number];

/** Temporal's `priorityKey`, 1 to 5: a lower one is dispatched first. What has none counts as 3. */
export const priorityKeys: Readonly<Record<Priority, number>> = { interactive: 2, batch: 4 };

/** The priority behind a `priorityKey`; what has none is waited for. */
export const priorityOfKey = (key: number | undefined): Priority =>
  key !== undefined && key >= priorityKeys.batch ? 'batch' : 'interactive';

/** Two owners of batches share a queue, and wait for each other there, once in so many pairs. */
export const batchQueueCount = 8;

/** Which of the batch queues an owner's photos wait in, as the events say it: `0` to `7`. */
export const batchQueueOf = (owner: string): string =>
  String(Number.parseInt(owner.slice(0, 8), 16) % batchQueueCount);

/** Every value of {@link batchQueueOf}. */
export const batchQueueNumbers = Array.from({ length: batchQueueCount }, (_, index) =>
  String(index),
);
