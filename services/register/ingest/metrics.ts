import { Counter, Gauge, type Registry } from 'prom-client';

export type IngestMetrics = ReturnType<typeof createMetrics>;

export function createMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ['source'];
  const count = (name: string, help: string) =>
    new Counter({ name: `register_${name}`, help, labelNames, registers });
  return {
    applied: count('events_applied_total', 'Events written by this replica.'),
    skipped: count('events_skipped_total', 'Messages passed over: invalid, or not to be stored.'),
    gaps: count('gaps_total', 'Times that events were found to be missing from a source.'),
    recreated: count('sources_recreated_total', 'Times that a source was found to be made anew.'),
    filled: new Counter({
      name: 'register_runs_filled_total',
      help: "Runs written from Temporal's list, to fill gaps.",
      registers,
    }),
    gapOpen: new Gauge({
      name: 'register_gap_open',
      help: '1 while events that are missing from a source have not been filled in yet.',
      labelNames,
      registers,
    }),
    actsLost: new Gauge({
      name: 'register_acts_lost',
      help: '1 where corrections and deletions were gone from their stream before this register read them.',
      registers,
    }),
    /** Asked when the metrics are scraped; absent while nobody knows. */
    watchLag: (sources: readonly { lag(): Promise<ReadonlyMap<string, number>> }[]) =>
      new Gauge({
        name: 'register_lag_messages',
        help: 'Messages of a source that are not written yet, at least; a stream counts in chunks.',
        labelNames,
        registers,
        async collect() {
          this.reset();
          for (const source of sources)
            for (const [name, lag] of await source.lag().catch(() => []))
              this.set({ source: name }, lag);
        },
      }),
  };
}
