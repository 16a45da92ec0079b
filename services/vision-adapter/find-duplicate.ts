// A photo that the same owner had recognised before is not paid again. The register knows, and gets
// each recognition before its run announces it: docs/decisions/duplicates.md.
import { LRUCache } from 'lru-cache';
import type { Counter } from 'prom-client';
import { z } from 'zod';
import { imageOf, type Provider, type RecognitionResult } from '../../contracts/recognition.ts';
import {
  earlierRecognitionSchema,
  ownerHeader,
  type EarlierRecognition,
  type MadeRecognition,
} from '../../contracts/rest.ts';
import type { RestClient } from '../../platform/http/rest-client.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RecognitionOrder } from './recognition-record.ts';

/** The first reason of a recognition that is good for its own analysis alone. */
export const incompleteReason = 'Vision answered only a part of what was asked.';

const remembered = 1_000;

export interface Duplicates {
  /** Asks the register, except for a redo. Never rejects. */
  lookUp(order: RecognitionOrder): Promise<Lookup>;
  /**
   * The recognition that the register knows, or that is being made for the same owner and photo; else the
   * one that `make` makes, kept in the register. Errors are those of `make`.
   */
  reuseOr(
    order: RecognitionOrder,
    lookup: Lookup,
    make: () => Promise<RecognitionResult>,
  ): Promise<RecognitionResult>;
}

export interface Lookup {
  /** Undefined: there is none, or the register gave no answer in time. */
  readonly earlier: EarlierRecognition['earlier'] | undefined;
  /** What was kept before then the register would have known. */
  readonly askedAt: number;
}

interface Making {
  readonly made: Promise<RecognitionResult>;
  readonly correlationId: string;
  /** When it was kept in the register; undefined before. */
  keptAt: number | undefined;
}

export function createDuplicates(deps: {
  register: RestClient;
  provider: Provider;
  /** A photo waits for the register no longer than that: before Vision is asked, and before its result is published. */
  timeoutMs: number;
  logger: Logger;
  /** Label `register`: `found`, `none` or `unavailable`. */
  lookups: Pick<Counter, 'inc'>;
  /** Vision calls that were saved. */
  reused: Pick<Counter, 'inc'>;
}): Duplicates {
  const { register, provider, timeoutMs, logger, lookups, reused } = deps;
  const making = new LRUCache<string, Making>({ max: remembered });
  const queryOf = ({ owner, checksum }: RecognitionOrder) =>
    new URLSearchParams({
      owner,
      sha256: checksum.slice('sha256:'.length),
      provider: provider.name,
      apiVersion: provider.apiVersion,
      features: provider.featureset.join(','),
      maxResults: String(provider.maxResults),
      rulesVersion: provider.rulesVersion ?? '',
    }).toString();

  async function find(order: RecognitionOrder): Promise<Lookup['earlier']> {
    try {
      const { earlier } = await register.call({
        method: 'GET',
        path: `/v1/recognitions?${queryOf(order)}`,
        headers: { [ownerHeader]: order.owner },
        answer: earlierRecognitionSchema,
        timeoutMs,
      });
      lookups.inc({ register: earlier === null ? 'none' : 'found' });
      return earlier;
    } catch (error) {
      lookups.inc({ register: 'unavailable' });
      const { correlationId } = order;
      logger.debug({ err: error, correlationId }, 'register not asked: Vision is');
      return undefined;
    }
  }

  /** Before the result is announced: who has seen it and sends the photo again finds it. */
  async function keep(order: RecognitionOrder, recognition: RecognitionResult): Promise<void> {
    const { correlationId, owner, runId } = order;
    const made: MadeRecognition = { ...imageOf(order), correlationId, owner, runId, recognition };
    try {
      await register.call({
        ...{ method: 'POST', path: '/v1/recognitions', body: made },
        headers: { [ownerHeader]: owner },
        ...{ answer: z.object({ status: z.string() }), timeoutMs },
      });
    } catch (error) {
      // Its run's event brings it to the register too, a moment later.
      logger.debug({ err: error, correlationId }, 'recognition not kept: the register lags');
    }
  }

  async function makeAndKeep(
    order: RecognitionOrder,
    make: () => Promise<RecognitionResult>,
  ): Promise<RecognitionResult> {
    const photo = photoOf(order);
    const made = make().catch((error: unknown) => {
      if (making.get(photo)?.made === made) making.delete(photo); // who waits for it makes its own
      throw error;
    });
    const entry: Making = { made, correlationId: order.correlationId, keptAt: undefined };
    making.set(photo, entry);
    const recognition = await made;
    if (isReusable(recognition)) await keep(order, recognition);
    entry.keptAt = performance.now();
    return recognition;
  }

  function reuse(
    order: RecognitionOrder,
    correlationId: string,
    recognition: RecognitionResult,
  ): RecognitionResult {
    reused.inc();
    logger.info(
      { correlationId: order.correlationId, runId: order.runId, duplicateOf: correlationId },
      'recognition reused: the same photo was recognised before',
    );
    // Its own, when an attempt that had made it broke off.
    const duplicateOf = correlationId === order.correlationId ? null : correlationId;
    return { ...recognition, duplicateOf };
  }

  return {
    async lookUp(order) {
      const askedAt = performance.now();
      return { askedAt, earlier: order.redo === true ? undefined : await find(order) };
    },
    async reuseOr(order, { earlier, askedAt }, make) {
      if (order.redo === true) return makeAndKeep(order, make);
      if (earlier != null && isReusable(earlier.recognition))
        return reuse(order, earlier.correlationId, earlier.recognition);
      for (;;) {
        const other = making.get(photoOf(order));
        const isMeanwhile = other?.keptAt === undefined || other.keptAt > askedAt;
        if (other === undefined || !isMeanwhile) return makeAndKeep(order, make);
        const recognition = await other.made.catch(() => undefined);
        if (recognition !== undefined && isReusable(recognition))
          return reuse(order, other.correlationId, recognition);
        if (recognition !== undefined) return makeAndKeep(order, make);
      }
    },
  };
}

const photoOf = ({ owner, checksum }: RecognitionOrder) => `${owner} ${checksum}`;

const isReusable = ({ reasons }: RecognitionResult) => !reasons.includes(incompleteReason);
