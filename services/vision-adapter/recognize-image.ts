// One photo: fetch it, check it, ask Vision once, weigh the evidence, publish, answer.
import { Semaphore } from 'async-mutex';
import { LRUCache } from 'lru-cache';
import type { Provider, RecognitionResult } from '../../contracts/recognition.ts';
import { topics } from '../../contracts/topology.ts';
import {
  KafkaUnavailableError,
  type KafkaPublisher,
  type KafkaRecord,
} from '../../platform/kafka/kafka.ts';
import type { Logger } from '../../platform/logger.ts';
import { aggregate } from './recognition/aggregate.ts';
import type { AnnotateImage, Annotations } from './vision/annotate-image.ts';
import type { Decoder } from './photo/decoder.ts';
import type { NormalisedImage } from './photo/normalise-image.ts';
import type { Previews } from './photo/store-preview.ts';
import { recognitionProblem, type RetryBudget } from './failures/recognition-problem.ts';
import type { FetchImage } from './photo/fetch-image.ts';
import { incompleteReason, type Duplicates } from './find-duplicate.ts';
import type { FindPublished } from './find-published.ts';
import { recognitionRecord, type RecognitionOrder } from './recognition-record.ts';

/** Photos whose bytes are in memory at once (20 MB each at most), and those that may wait. */
const imagesInMemory = 4;
const imagesWaiting = 64;
/** Of them, for photos that somebody waits for: a batch alone never fills the line. */
const placesKept = 16;

const memoryMs = 10 * 60_000;
const remembered = 1_000;

interface CachedResult {
  readonly result: RecognitionResult;
  /** Until Kafka has it. */
  unpublished?: KafkaRecord | undefined;
}

export interface RecognizeImage {
  /**
   * Resolves when the result is published. A photo that was recognised before for the same owner costs no
   * Vision call, unless the order is a redo. Two calls for the same run and photo share one Vision
   * call; for 10 minutes a repeat is answered from memory, and later or after a crash from what was
   * published, so a lost answer or a failed publication costs no second Vision call.
   *
   * @param signal aborts when the caller disconnects: no Vision call is begun any more.
   * @throws {Problem} with one of the codes of failures.ts.
   */
  recognize(order: RecognitionOrder, signal?: AbortSignal): Promise<RecognitionResult>;
  /** Results not yet published. */
  unpublished(): number;
}

export function createRecognizeImage(deps: {
  fetchImage: FetchImage;
  decoder: Pick<Decoder, 'normalise'>;
  annotateImage: AnnotateImage;
  previews: Pick<Previews, 'store'>;
  duplicates: Duplicates;
  findPublished: FindPublished;
  events: Pick<KafkaPublisher, 'probe' | 'publish'>;
  provider: Provider;
  logger: Logger;
}): RecognizeImage {
  const { fetchImage, decoder, annotateImage, previews, duplicates, findPublished, events } = deps;
  const { provider, logger } = deps;
  const cache = new LRUCache<string, CachedResult>({ max: remembered, ttl: memoryMs });
  const retryBudgets = new LRUCache<string, RetryBudget>({ max: remembered, ttl: memoryMs });
  const running = new Map<string, Promise<RecognitionResult>>();
  const memory = new Semaphore(imagesInMemory);
  let loading = 0; // those that wait for memory, too

  async function recognizeAndPublish(key: string, order: RecognitionOrder, signal?: AbortSignal) {
    const entry = cache.get(key) ?? (await findOrRecognize(key, order, signal));
    if (entry.unpublished !== undefined) {
      await orEventsUnavailable(events.publish(topics.recognitionCompleted, entry.unpublished));
      entry.unpublished = undefined;
    }
    return entry.result;
  }

  async function findOrRecognize(key: string, order: RecognitionOrder, signal?: AbortSignal) {
    await orEventsUnavailable(events.probe());
    const entry = (await find(order)) ?? (await recognizeOnce(key, order, signal));
    cache.set(key, entry);
    return entry;
  }

  /** An earlier attempt of the same activity can have published it, or an earlier run of an old upload. */
  async function find(order: RecognitionOrder): Promise<CachedResult | undefined> {
    const { correlationId, runId, attempt = 1, scheduledAt, uploadedAt } = order;
    const isRepeat = attempt > 1 && scheduledAt !== undefined;
    if (!isRepeat && uploadedAt === undefined) return undefined;
    const result = await orEventsUnavailable(findPublished(order));
    if (result === undefined) return undefined;
    logger.info({ correlationId, runId, attempt }, 'recognition reused: already published');
    return { result };
  }

  async function recognizeOnce(
    key: string,
    order: RecognitionOrder,
    signal?: AbortSignal,
  ): Promise<CachedResult> {
    const retryBudget = retryBudgets.get(key) ?? { used: false };
    retryBudgets.set(key, retryBudget);
    const lookingUp = duplicates.lookUp(order);
    const image = await load(order, retryBudget);
    const lookup = await lookingUp;
    assertConnected(signal);
    const recognizing = duplicates.reuseOr(order, lookup, async () => {
      assertConnected(signal); // it may have waited for the same photo
      return weigh(await annotateImage(image.jpeg, retryBudget), image, provider);
    });
    previews.store(order, image); // while Vision looks
    const result = await recognizing;
    return { result, unpublished: recognitionRecord(order, result) };
  }

  /** Only the small JPEG stays in memory while Vision looks. What somebody waits for is loaded first. */
  async function load(order: RecognitionOrder, retryBudget: RetryBudget): Promise<NormalisedImage> {
    const isBatch = order.priority === 'batch';
    const places = imagesInMemory + imagesWaiting - (isBatch ? placesKept : 0);
    if (loading >= places) throw recognitionProblem('BUSY');
    loading += 1;
    try {
      return await memory.runExclusive(
        async () => decoder.normalise(await fetchImage(order), retryBudget),
        1,
        isBatch ? 0 : 1,
      );
    } finally {
      loading -= 1;
    }
  }

  return {
    recognize(order, signal) {
      const key = `${order.correlationId} ${order.runId ?? ''} ${order.checksum}`;
      const shared = running.get(key);
      if (shared !== undefined) return shared;
      const recognition = recognizeAndPublish(key, order, signal).finally(() => {
        running.delete(key);
      });
      running.set(key, recognition);
      return recognition;
    },
    unpublished: () =>
      [...cache.values()].filter(({ unpublished }) => unpublished !== undefined).length,
  };
}

/** @param image as Vision was given it: upright, so that boxes are those of the upright photo. */
function weigh(
  annotations: Annotations,
  image: NormalisedImage,
  provider: Provider,
): RecognitionResult {
  const verdict = aggregate(annotations.response, image);
  const incomplete = annotations.incomplete ? [incompleteReason] : [];
  return {
    provider,
    aggregate: verdict.aggregate,
    status: verdict.status,
    reasons: [...incomplete, ...verdict.reasons].slice(0, 8),
    unsupportedFeatures: [...annotations.unsupportedFeatures],
    evidence: [...verdict.evidence],
    duplicateOf: null,
  };
}

/** @throws {Problem} `BUSY` once nobody waits for the answer: a Vision call would be paid for nothing. */
function assertConnected(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw recognitionProblem('BUSY', { detail: 'the caller has disconnected' });
}

async function orEventsUnavailable<T>(effect: Promise<T>): Promise<T> {
  try {
    return await effect;
  } catch (error) {
    if (!(error instanceof KafkaUnavailableError)) throw error;
    throw recognitionProblem('EVENTS_UNAVAILABLE', { cause: error });
  }
}
