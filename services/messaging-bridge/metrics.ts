import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Progress } from './progress.ts';

type End = 'confirmed' | 'unconfirmed' | 'nacked' | 'returned' | 'unpublishable';

export type BridgeMetrics = ReturnType<typeof createMetrics>;

export function createMetrics(registry: Registry, progress: Progress) {
  const registers = [registry];
  let inFlight = 0; // a number: what is counted for every record has to be cheap
  new Gauge({
    name: 'bridge_in_flight',
    help: 'Records published and not yet confirmed.',
    registers,
    collect() {
      this.set(inFlight);
    },
  });
  const published = new Counter({
    name: 'bridge_published_total',
    help: 'Publishes by how they ended; all but confirmed and unpublishable are retried.',
    labelNames: ['topic', 'end'],
    registers,
  });
  const confirmSeconds = new Histogram({
    name: 'bridge_confirm_seconds',
    help: 'From publish to confirm.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10],
    registers,
  });
  const ends = new Map<string, Counter.Internal>();
  function countEnd(topic: string, end: End): void {
    const key = `${topic} ${end}`;
    const counter = ends.get(key) ?? published.labels(topic, end);
    ends.set(key, counter);
    counter.inc();
  }
  new Gauge({
    name: 'bridge_progress_age_seconds',
    help: 'Age of the last progress while a batch is in hand; livez fails above 60.',
    registers,
    collect() {
      this.set(progress.age());
    },
  });
  return {
    lag: new Gauge({
      name: 'bridge_lag_records',
      help: 'Records of a partition behind its end, seen at the last window.',
      labelNames: ['topic', 'partition'],
      registers,
    }),
    deadLetters: new Counter({
      name: 'bridge_dead_letters_total',
      help: 'Records put into their dead letter topic.',
      labelNames: ['topic'],
      registers,
    }),
    waited: new Counter({
      name: 'bridge_blocked_seconds_total',
      help: 'Time waited for a RabbitMQ that was unavailable or blocked.',
      registers,
    }),
    /** Counts one publish; call what it returns with how the publish ended. */
    startPublish(topic: string): (end: End) => void {
      const since = performance.now();
      inFlight += 1;
      return (end) => {
        inFlight -= 1;
        countEnd(topic, end);
        if (end === 'confirmed') confirmSeconds.observe((performance.now() - since) / 1000);
      };
    },
  };
}
