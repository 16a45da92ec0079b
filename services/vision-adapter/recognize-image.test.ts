import { describe, expect, test } from '@jest/globals';
import { decodeEvent } from '../../contracts/cloudevents.ts';
import type { RecognitionResult } from '../../contracts/recognition.ts';
import { KafkaUnavailableError, type KafkaRecord } from '../../platform/kafka/kafka.ts';
import type { Priority } from '../../contracts/priorities.ts';
import { silentLogger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { duplicatesOf } from '../../tests/support/harness/adapter.ts';
import { visionResponse } from '../../tests/support/recognition/response-builder.ts';
import { sampleOrder, unidentified } from '../../tests/support/recognition/sample-order.ts';
import type { AnnotateImage } from './vision/annotate-image.ts';
import type { Decoder } from './photo/decoder.ts';
import { recognitionProblem } from './failures/recognition-problem.ts';
import type { RecognitionOrder } from './recognition-record.ts';
import { createRecognizeImage } from './recognize-image.ts';

const photo = Buffer.from('a photo');
/** Decoding has tests of its own: here every photo is already as it should be. */
const decoder: Pick<Decoder, 'normalise'> = {
  normalise: (jpeg) => Promise.resolve({ jpeg, width: 64, height: 48 }),
};

const noPreviews = { store: () => undefined };
const order: RecognitionOrder = {
  ...sampleOrder,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const { provider } = unidentified('local-ocr');
const answer = {
  response: visionResponse({ text: ['CAT 320D'] }),
  unsupportedFeatures: ['LOGO_DETECTION'],
  incomplete: false,
};

/** A Kafka that is up or down, a Vision that counts its calls. */
function createHarness(annotate: AnnotateImage = () => Promise.resolve(answer)) {
  const state = {
    kafkaUp: true,
    brokenAfterProbe: false,
    visionCalls: 0,
    searches: 0,
    previews: [] as string[],
    stored: undefined as RecognitionResult | undefined,
  };
  const published: { topic: string; record: KafkaRecord }[] = [];
  const requireKafka = (up: boolean) =>
    up ? Promise.resolve() : Promise.reject(new KafkaUnavailableError('no broker'));
  const recognizeImage = createRecognizeImage({
    fetchImage: () => Promise.resolve(photo),
    decoder,
    duplicates: duplicatesOf(provider), // the register is unavailable
    previews: {
      store({ objectKey }) {
        state.previews.push(`${objectKey} after ${state.visionCalls} calls`);
      },
    },
    annotateImage(jpeg, retryBudget) {
      state.visionCalls += 1;
      return annotate(jpeg, retryBudget);
    },
    async findPublished() {
      state.searches += 1;
      await requireKafka(state.kafkaUp && !state.brokenAfterProbe);
      return state.stored;
    },
    events: {
      probe: () => requireKafka(state.kafkaUp),
      async publish(topic, record) {
        await requireKafka(state.kafkaUp && !state.brokenAfterProbe);
        published.push({ topic, record });
      },
    },
    provider,
    logger: silentLogger(),
  });
  return { state, published, recognizeImage };
}

const codeOf = async (attempt: Promise<unknown>) => {
  const outcome: unknown = await attempt.catch((error: unknown) => error);
  return outcome instanceof Problem ? outcome.code : outcome;
};

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`${items.length} items, not one`);
  return item;
}

describe('a first attempt', () => {
  test('publishes the recognition under the run’s id with what was asked and by whom, then answers', async () => {
    const { published, recognizeImage } = createHarness();
    const result = await recognizeImage.recognize(order);
    expect(result).toMatchObject({
      provider,
      status: 'identified',
      aggregate: { name: 'Caterpillar 320D', isConfident: true },
      unsupportedFeatures: ['LOGO_DETECTION'],
    });
    const { topic, record } = only(published);
    expect(topic).toBe('tu.recognition.completed');
    expect(record.key).toBe(order.objectKey);
    const event = decodeEvent('tu.recognition.completed', record.headers, record.value);
    expect(event).toMatchObject({
      id: `${order.correlationId}:run-1:recognized`,
      correlationid: order.correlationId,
      owner: order.owner,
      runid: 'run-1',
      traceparent: order.traceparent,
      data: { ...result, objectKey: order.objectKey, checksum: order.checksum },
    });
  });

  test('publishes a recognition without a run when the order has none, as with entry adapter', async () => {
    const { published, recognizeImage } = createHarness();
    const { runId: _, ...unasked } = order;
    await recognizeImage.recognize(unasked);
    const { headers, value } = only(published).record;
    const event = decodeEvent('tu.recognition.completed', headers, value);
    expect(event.runid).toBeUndefined();
    expect(event.id).toBe(`${order.correlationId}:unasked:recognized`);
  });

  test('makes the preview while Vision looks, and none for what is answered from memory', async () => {
    const { state, recognizeImage } = createHarness();
    await recognizeImage.recognize(order);
    await recognizeImage.recognize(order);
    expect(state.previews).toEqual([`${order.objectKey} after 1 calls`]);
  });

  test('gives a partial answer of Vision as the first reason', async () => {
    const { recognizeImage } = createHarness(() =>
      Promise.resolve({ ...answer, incomplete: true }),
    );
    const { reasons } = await recognizeImage.recognize(order);
    expect(reasons[0]).toBe('Vision answered only a part of what was asked.');
    expect(reasons.length).toBeLessThanOrEqual(8);
  });
});

describe('saved Vision calls', () => {
  test('does not call Vision while Kafka is unavailable', async () => {
    const { state, recognizeImage } = createHarness();
    state.kafkaUp = false;
    expect(await codeOf(recognizeImage.recognize(order))).toBe('EVENTS_UNAVAILABLE');
    expect(state.visionCalls).toBe(0);
  });

  test('publishes the same event later when the publication failed, without a second Vision call', async () => {
    const { state, published, recognizeImage } = createHarness();
    state.brokenAfterProbe = true;
    expect(await codeOf(recognizeImage.recognize(order))).toBe('EVENTS_UNAVAILABLE');
    expect(await codeOf(recognizeImage.recognize(order))).toBe('EVENTS_UNAVAILABLE');
    expect(recognizeImage.unpublished()).toBe(1);
    state.brokenAfterProbe = false;
    await recognizeImage.recognize(order);
    expect({ calls: state.visionCalls, events: published.length }).toEqual({ calls: 1, events: 1 });
    expect(recognizeImage.unpublished()).toBe(0);
  });

  test('repeats neither Vision call nor event when only the answer got lost', async () => {
    const { state, published, recognizeImage } = createHarness();
    const [first, again] = [
      await recognizeImage.recognize(order),
      await recognizeImage.recognize(order),
    ];
    expect(again).toEqual(first);
    expect({ calls: state.visionCalls, events: published.length }).toEqual({ calls: 1, events: 1 });
  });

  test('shares one Vision call between two attempts at once', async () => {
    const { state, recognizeImage } = createHarness();
    await Promise.all([recognizeImage.recognize(order), recognizeImage.recognize(order)]);
    expect(state.visionCalls).toBe(1);
  });

  test('does not call Vision for a caller who disconnects while the same photo is recognised', async () => {
    let fail: (error: Error) => void = () => undefined;
    const annotating = new Promise<never>((_resolve, reject) => (fail = reject));
    const { state, recognizeImage } = createHarness(() => annotating);
    const first = recognizeImage.recognize({ ...order, runId: 'other' });
    await eventually(() => state.visionCalls === 1);
    const caller = new AbortController();
    const second = codeOf(recognizeImage.recognize(order, caller.signal));
    await eventually(() => state.previews.length === 2);
    caller.abort();
    fail(recognitionProblem('IMAGE_UNREADABLE'));
    await expect(first).rejects.toThrow();
    expect(await second).toBe('BUSY');
    expect(state.visionCalls).toBe(1);
  });

  test('does not call Vision for a caller who has disconnected', async () => {
    const { state, recognizeImage } = createHarness();
    expect(await codeOf(recognizeImage.recognize(order, AbortSignal.abort()))).toBe('BUSY');
    expect(state.visionCalls).toBe(0);
  });
});

describe('a repeated attempt', () => {
  const first = { ...order, attempt: 1, scheduledAt: '2026-11-23T08:00:00.000Z' };
  const second = { ...first, attempt: 2 };
  const stored = unidentified('of the earlier attempt');

  test('answers for an old upload what an earlier run has published, at the first attempt', async () => {
    const { state, published, recognizeImage } = createHarness();
    state.stored = stored;
    const old = { ...first, uploadedAt: '2026-11-20T08:00:00.000Z' };
    expect(await recognizeImage.recognize(old)).toEqual(stored);
    expect(state).toMatchObject({ visionCalls: 0, searches: 1 });
    expect(published).toEqual([]);
  });

  test('answers a published recognition again, without a Vision call or another event', async () => {
    const { state, published, recognizeImage } = createHarness();
    state.stored = stored;
    expect(await recognizeImage.recognize(second)).toEqual(stored);
    expect(await recognizeImage.recognize({ ...second, attempt: 3 })).toEqual(stored);
    expect(state).toMatchObject({ visionCalls: 0, searches: 1 });
    expect(published).toEqual([]);
    expect(recognizeImage.unpublished()).toBe(0);
  });

  test('calls Vision and publishes when no published recognition is found', async () => {
    const { state, published, recognizeImage } = createHarness();
    expect(await recognizeImage.recognize(second)).toMatchObject({ status: 'identified' });
    expect(state).toMatchObject({ visionCalls: 1, searches: 1 });
    expect(published).toHaveLength(1);
  });

  test.each([
    ['the first attempt', first],
    ['an older worker, which sends no attempt', order],
    ['entry adapter, for which no run asked', { ...order, runId: undefined }],
  ])('is not searched for by %s', async (_, { runId, ...asked }) => {
    const { state, recognizeImage } = createHarness();
    state.stored = stored;
    await recognizeImage.recognize(runId === undefined ? asked : { ...asked, runId });
    expect(state).toMatchObject({ visionCalls: 1, searches: 0 });
  });

  test('does not search for what was published while the result is in memory', async () => {
    const { state, recognizeImage } = createHarness();
    const result = await recognizeImage.recognize(first);
    expect(await recognizeImage.recognize(second)).toEqual(result);
    expect(state).toMatchObject({ visionCalls: 1, searches: 0 });
  });

  test('answers EVENTS_UNAVAILABLE, without a Vision call, while Kafka cannot be read', async () => {
    const { state, recognizeImage } = createHarness();
    state.brokenAfterProbe = true;
    expect(await codeOf(recognizeImage.recognize(second))).toBe('EVENTS_UNAVAILABLE');
    expect(state).toMatchObject({ visionCalls: 0, searches: 1 });
  });
});

test('calls Vision again for another run or another photo', async () => {
  const { state, recognizeImage } = createHarness();
  await recognizeImage.recognize(order);
  await recognizeImage.recognize({ ...order, runId: 'run-2' });
  await recognizeImage.recognize({ ...order, checksum: `sha256:${'b'.repeat(64)}` });
  expect(state.visionCalls).toBe(3);
});

test('retries a sporadic failure once per run', async () => {
  const used: boolean[] = [];
  const { recognizeImage } = createHarness((_, retryBudget) => {
    used.push(retryBudget.used);
    retryBudget.used = true;
    return Promise.reject(recognitionProblem('VISION_UNAVAILABLE'));
  });
  expect(await codeOf(recognizeImage.recognize(order))).toBe('VISION_UNAVAILABLE');
  expect(await codeOf(recognizeImage.recognize(order))).toBe('VISION_UNAVAILABLE');
  expect(await codeOf(recognizeImage.recognize({ ...order, runId: 'run-2' }))).toBe(
    'VISION_UNAVAILABLE',
  );
  expect(used).toEqual([false, true, false]);
});

test('does not report a bug as a failure of Kafka', async () => {
  const { recognizeImage } = createHarness(() => Promise.reject(new TypeError('a bug')));
  await expect(recognizeImage.recognize(order)).rejects.toThrow('a bug');
});

test('loads a photo that somebody waits for before the batch that came earlier', async () => {
  const loaded: string[] = [];
  const barrier = Promise.withResolvers<undefined>();
  const recognizeImage = createRecognizeImage({
    async fetchImage({ objectKey }) {
      await barrier.promise;
      loaded.push(objectKey);
      return photo;
    },
    decoder,
    previews: noPreviews,
    duplicates: duplicatesOf(provider),
    annotateImage: () => Promise.resolve(answer),
    findPublished: () => Promise.resolve(undefined),
    events: { probe: () => Promise.resolve(), publish: () => Promise.resolve() },
    provider,
    logger: silentLogger(),
  });
  const keyOf = (priority: Priority) =>
    order.objectKey.replace(/.{4}\.jpg$/, priority === 'batch' ? '0000.jpg' : '1111.jpg');
  const recognize = (runId: string, priority: Priority) =>
    recognizeImage.recognize({ ...order, runId, objectKey: keyOf(priority), priority });
  const batch = Array.from({ length: 12 }, (_, at) => recognize(`batch-${at}`, 'batch'));
  const awaited = recognize('awaited', 'interactive');
  await new Promise((resolve) => setImmediate(resolve)); // all of them are in line
  barrier.resolve(undefined);
  await Promise.all([...batch, awaited]);
  expect(loaded.indexOf(keyOf('interactive'))).toBeLessThanOrEqual(4); // the four in memory were there already
});

test('answers BUSY for a photo beyond what memory allows', async () => {
  const barrier = Promise.withResolvers<undefined>();
  const recognizeImage = createRecognizeImage({
    fetchImage: () => barrier.promise.then(() => photo),
    decoder,
    previews: noPreviews,
    duplicates: duplicatesOf(provider),
    annotateImage: () => Promise.resolve(answer),
    findPublished: () => Promise.resolve(undefined),
    events: { probe: () => Promise.resolve(), publish: () => Promise.resolve() },
    provider,
    logger: silentLogger(),
  });
  const attempts = Array.from({ length: 80 }, (_, at) =>
    codeOf(recognizeImage.recognize({ ...order, runId: `run-${at}` })),
  );
  const first = await attempts[79];
  barrier.resolve(undefined);
  const codes = await Promise.all(attempts);
  expect(first).toBe('BUSY');
  expect(codes.filter((code) => code === 'BUSY')).toHaveLength(12);
});
