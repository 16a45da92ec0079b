import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.ts';
import { weaknesses, type Weakness } from '../../platform/object-store/find-weaknesses.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';

const firstPauseMs = 500;
const longestPauseMs = 15_000;

const remedy =
  'use a store that refuses it (VersityGW does), or keep this one out of reach of users: docs/operations.md, "The object store"';

/** What the store lets through, by name, with the remedy. Empty until it has answered. */
export interface StoreAnswers {
  warnings(): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Asks in the background, once; goes on asking only while the store does not answer. */
export function askStore(parts: {
  find: () => Promise<readonly Weakness[]>;
  logger: Logger;
}): StoreAnswers {
  const { find, logger } = parts;
  const stopping = new AbortController();
  let warnings: Readonly<Record<string, string>> = {};

  const ask = async () => {
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        const found = await find();
        warnings = Object.fromEntries(
          found.map((name) => [`store-${name}`, `the store ${weaknesses[name]}: ${remedy}`]),
        );
        if (found.length === 0) logger.info('object store refuses what nobody signed');
        else logger.warn({ weaknesses: found, remedy }, 'object store takes what nobody signed');
        return;
      } catch (error) {
        // A refused key is told by every upload; here it is one more reason not to know.
        const known = error instanceof ObjectStoreUnavailableError;
        logger[known ? 'debug' : 'warn']({ err: error }, 'object store not asked yet');
      }
      await delay(pause, undefined, { signal: stopping.signal });
    }
  };
  const asking = ask().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    warnings: () => warnings,
    async stop() {
      stopping.abort();
      await asking;
    },
  };
}
