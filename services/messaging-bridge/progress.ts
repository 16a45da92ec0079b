/** Whether batches make progress: `/livez` and a metric ask it. */
export interface Progress {
  /** A batch is in hand until the function returned is called. */
  enter(): () => void;
  made(): void;
  /** Seconds since the last progress; 0 with nothing in hand. */
  age(): number;
}

export function trackProgress(now: () => number = Date.now): Progress {
  let inHand = 0;
  let last = now();
  return {
    enter() {
      if (inHand === 0) last = now();
      inHand += 1;
      return () => {
        inHand -= 1;
        last = now();
      };
    },
    made() {
      last = now();
    },
    age: () => (inHand === 0 ? 0 : (now() - last) / 1000),
  };
}

const standstillSeconds = 60;

/** @throws {Error} there is work and no progress, or kafkajs has stopped without an error. */
export function assertAlive(
  progress: Progress,
  consumer: { lastActivity(): number },
  now: () => number = Date.now,
): void {
  if (progress.age() > standstillSeconds)
    throw new Error(`no record confirmed for ${Math.round(progress.age())} s`);
  const silence = (now() - consumer.lastActivity()) / 1000;
  if (silence > standstillSeconds)
    throw new Error(`no activity of the Kafka consumer for ${Math.round(silence)} s`);
}
