import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.ts';
import { weaknesses, type Weakness } from '../../platform/object-store/find-weaknesses.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';

const firstPauseMs = 500;
const longestPauseMs = 15_000;

const remedy = 'docs/operations.md, "What the store lets through"';

/** What the store lets through, by name, with the remedy. Empty until it is known. */
export interface StoreCheck {
  warnings(): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Runs in the background, once; repeated only while it does not come to its end. */
export function checkStore(deps: {
  findWeaknesses: () => Promise<readonly Weakness[]>;
  logger: Logger;
}): StoreCheck {
  const { findWeaknesses, logger } = deps;
  const stopping = new AbortController();
  let warnings: Readonly<Record<string, string>> = {};

  const check = async () => {
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        const found = await findWeaknesses();
        warnings = Object.fromEntries(
          found.map((name) => [`store-${name}`, `the store ${weaknesses[name]}: see ${remedy}`]),
        );
        if (found.length === 0) logger.info('object store refuses what nobody signed');
        else logger.warn({ weaknesses: found, remedy }, 'object store takes what nobody signed');
        return;
      } catch (error) {
        if (error instanceof ObjectStoreUnavailableError) logger.debug({ err: error }, notChecked);
        else {
          logger.warn({ err: error }, notChecked);
          const reason = (error as Error).message;
          warnings = { 'store-not-checked': `${notChecked} (${reason}): see ${remedy}` };
        }
      }
      await delay(pause, undefined, { signal: stopping.signal });
    }
  };
  const checking = check().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    warnings: () => warnings,
    async stop() {
      stopping.abort();
      await checking;
    },
  };
}

const notChecked = 'object store not checked for what it lets through';
