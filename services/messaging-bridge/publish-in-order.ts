import type { ConsumedRecord, RecordBatch } from '../../platform/kafka/kafka-consumer.ts';
import type { InFlight } from './in-flight.ts';

/** `done`: RabbitMQ, or the dead letter topic, has it. `again`: a server did not take it in time. */
export type Outcome = 'done' | 'again' | 'returned';

interface Publishing {
  readonly inFlight: InFlight;
  readonly publish: (record: ConsumedRecord) => Promise<Outcome>;
  /** Called with how many records of the batch are confirmed without a gap. */
  readonly onConfirmed: (count: number) => void;
}

/**
 * Publishes the records of a batch from the one at `first` on, each as soon as there is a place in
 * flight, and commits the confirmed beginning as it grows. After a fault no further one is published;
 * it resolves when none is in flight, with what is confirmed without a gap and committed.
 */
export async function publishInOrder(
  batch: RecordBatch,
  first: number,
  { inFlight, publish, onConfirmed }: Publishing,
): Promise<{ readonly confirmed: number; readonly returned: boolean }> {
  const { records } = batch;
  const outcomes: (Outcome | undefined)[] = [];
  const drained = Promise.withResolvers<undefined>();
  const faults: unknown[] = [];
  let next = first;
  let confirmed = first;
  let committed = first;
  let settled = first;
  let stopped = false;
  let commit: Promise<void> | undefined;

  function publishMore(): void {
    stopped ||= !batch.isCurrent();
    while (!stopped && next < records.length) {
      if (!inFlight.enter(publishMore)) {
        if (settled === next) commitConfirmed(); // nothing else of this batch would free a place
        return;
      }
      publishOne(next);
      next += 1;
    }
    if (settled === next) drained.resolve(undefined);
  }

  function publishOne(index: number): void {
    const record = records.at(index);
    if (record === undefined) return;
    publish(record).then(
      (outcome) => {
        settle(index, outcome);
      },
      (error: unknown) => {
        faults.push(error);
        settle(index, 'again');
      },
    );
  }

  function settle(index: number, outcome: Outcome): void {
    outcomes[index] = outcome;
    settled += 1;
    stopped ||= outcome !== 'done';
    if (index === confirmed) {
      while (outcomes[confirmed] === 'done') confirmed += 1;
      onConfirmed(confirmed);
    }
    if (confirmed - committed >= inFlight.commitEvery) commitConfirmed();
    inFlight.leave();
    publishMore();
  }

  function commitConfirmed(): void {
    if (commit !== undefined || confirmed === committed) return;
    const last = records.at(confirmed - 1);
    if (last === undefined) return;
    const count = confirmed - committed;
    commit = batch
      .commit(last)
      .then(() => {
        committed += count;
        inFlight.forget(count);
      })
      .catch((error: unknown) => {
        faults.push(error);
        stopped = true;
      })
      .finally(() => {
        commit = undefined;
        publishMore();
      });
  }

  publishMore();
  await drained.promise;
  await commit;
  if (faults.length === 0) commitConfirmed();
  await commit;
  inFlight.forget(next - committed);
  if (faults.length > 0) throw faults[0];
  return { confirmed, returned: outcomes.includes('returned') };
}
