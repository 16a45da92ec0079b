import type { Logger } from '../../platform/logger.ts';
import { weaknesses, type Weakness } from '../../platform/object-store/find-weaknesses.ts';
import { retry } from '../../platform/retry.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';

const backoff = { firstMs: 500, longestMs: 15_000 };

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
    const found = await findWeaknesses();
    warnings = Object.fromEntries(
      found.map((name) => [`store-${name}`, `the store ${weaknesses[name]}: see ${remedy}`]),
    );
    if (found.length === 0) logger.info('object store refuses what nobody signed');
    else logger.warn({ weaknesses: found, remedy }, 'object store takes what nobody signed');
  };
  const checking = retry(check, {
    ...backoff,
    signal: stopping.signal,
    onFailure: (error) => {
      if (error instanceof ObjectStoreUnavailableError) {
        logger.debug({ err: error }, notChecked);
        return;
      }
      logger.warn({ err: error }, notChecked);
      const reason = (error as Error).message;
      warnings = { 'store-not-checked': `${notChecked} (${reason}): see ${remedy}` };
    },
  }).catch((error: unknown) => {
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
