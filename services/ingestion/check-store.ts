import type { Logger } from '../../platform/logger.ts';
import { weaknesses, type Weakness } from '../../platform/object-store/find-weaknesses.ts';
import { retry } from '../../platform/retry.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';

const backoff = { firstMs: 500, longestMs: 15_000 };

const remedy = 'docs/operations.md, "Weaknesses of the object store"';

/** Weaknesses of the store by name, each with its remedy. Empty until they are known. */
export interface StoreCheck {
  warnings(): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Runs once in the background; a check that fails is repeated. */
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
    if (found.length === 0) logger.info('object store checked: no weaknesses');
    else logger.warn({ weaknesses: found, remedy }, 'object store checked: weaknesses found');
  };
  const checking = retry(check, {
    ...backoff,
    signal: stopping.signal,
    onFailure: (error) => {
      const unavailable = error instanceof ObjectStoreUnavailableError;
      logger[unavailable ? 'debug' : 'warn']({ err: error }, notChecked);
      if (unavailable) return; // /readyz names it already
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

const clockToleranceMs = 60_000;

/** A putUrl is valid for minutes from now, by the clock of this machine and by the store's. */
export function clockWarning(aheadMs: number | undefined): Readonly<Record<string, string>> {
  if (aheadMs === undefined || Math.abs(aheadMs) <= clockToleranceMs) return {};
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const where = aheadMs > 0 ? 'ahead of' : 'behind';
  return {
    clock: `this machine's clock is ${seconds} s ${where} the object store's, which refuses putUrls for it: set both by NTP`,
  };
}

const notChecked = 'object store not checked for weaknesses';
