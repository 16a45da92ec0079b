// The vision adapter whole, as its main.ts puts it together, over real HTTP; only Kafka is a list.
import { createHash, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { Provider, RecognitionRequest } from '../../../contracts/recognition.ts';
import { readFeatures } from '../../../services/vision-adapter/vision/features.ts';
import { createAnnotateImage } from '../../../services/vision-adapter/vision/annotate-image.ts';
import { createApp } from '../../../services/vision-adapter/app.ts';
import { createDuplicates } from '../../../services/vision-adapter/find-duplicate.ts';
import { startDecoder } from '../../../services/vision-adapter/photo/decoder.ts';
import type { FetchImage } from '../../../services/vision-adapter/photo/fetch-image.ts';
import { createPreviews } from '../../../services/vision-adapter/photo/store-preview.ts';
import { createRecognizeImage } from '../../../services/vision-adapter/recognize-image.ts';
import {
  apiVersion,
  connectVision,
} from '../../../services/vision-adapter/vision/vision-client.ts';
import { createHealth } from '../../../platform/http/health.ts';
import { listen } from '../../../platform/http/http-server.ts';
import { createRestClient, type RestClient } from '../../../platform/http/rest-client.ts';
import type { KafkaRecord } from '../../../platform/kafka/kafka.ts';
import { silentLogger } from '../../../platform/logger.ts';
import { internalToken } from './process.ts';

/** Asks an adapter directly for one photo that lies under `objectKey`. */
export function askForRecognition(
  url: string,
  photo: { objectKey: string; bytes: Buffer },
  more: Partial<RecognitionRequest> = {},
): Promise<Response> {
  const { objectKey, bytes } = photo;
  return fetch(`${url}/v1/recognitions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${internalToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      correlationId: v7(),
      runId: randomUUID(),
      owner: '0'.repeat(32),
      objectKey,
      contentType: 'image/jpeg',
      bytes: bytes.length,
      checksum: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      ...more,
    }),
  });
}

export const newObjectKey = () => `images/2026/11/23/${randomUUID()}.jpg`;

const unavailableRegister = createRestClient({
  ...{ name: 'register', baseUrl: 'http://127.0.0.1:9', internalToken },
});

/** With a register that is unavailable, unless another is given. */
export const duplicatesOf = (
  provider: Provider,
  given: { register?: RestClient | undefined; timeoutMs?: number | undefined } = {},
) =>
  createDuplicates({
    ...{ provider, logger: silentLogger() },
    register: given.register ?? unavailableRegister,
    timeoutMs: given.timeoutMs ?? 20_000,
    lookups: { inc: () => undefined },
    reused: { inc: () => undefined },
  });

export interface RunningAdapter {
  readonly url: string;
  readonly published: KafkaRecord[];
  /** Resolves when no preview is in hand. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

export async function startAdapter(options: {
  fetchImage: FetchImage;
  /** host:port of a Vision server. */
  visionEndpoint: string;
  visionTimeoutMs?: number;
  features?: readonly string[];
  /** Absent: the register is unavailable, and every photo is asked for. */
  register?: RestClient;
  /** Default: so long that no busy machine exceeds it. */
  registerTimeoutMs?: number;
  /** Default: of local-vision, without a version of rules. */
  provider?: Partial<Provider>;
  /** Previews are stored through it; absent: there are none. */
  mediaAccess?: RestClient;
}): Promise<RunningAdapter> {
  const logger = silentLogger();
  const published: KafkaRecord[] = [];
  const decoder = await startDecoder({ logger });
  const vision = await connectVision({ endpoint: options.visionEndpoint, plaintext: false });
  const previews =
    options.mediaAccess === undefined
      ? { store: () => undefined, drain: () => Promise.resolve() }
      : createPreviews({
          ...{ mediaAccess: options.mediaAccess, decoder, logger },
          previews: { inc: () => undefined },
        });
  const features = readFeatures(options.features ?? ['TEXT_DETECTION', 'LOGO_DETECTION']);
  const maxResults = 10;
  const provider: Provider = {
    ...{ name: 'local-ocr', apiVersion, featureset: [...features], maxResults },
    ...options.provider,
  };
  const app = createApp({
    recognizeImage: createRecognizeImage({
      fetchImage: options.fetchImage,
      decoder,
      previews,
      annotateImage: createAnnotateImage(vision, {
        features,
        maxResults,
        timeoutMs: options.visionTimeoutMs ?? 60_000,
      }),
      findPublished: () => Promise.resolve(undefined),
      events: {
        probe: () => Promise.resolve(),
        publish(_topic, record) {
          published.push(record);
          return Promise.resolve();
        },
      },
      provider,
      duplicates: duplicatesOf(provider, {
        register: options.register,
        timeoutMs: options.registerTimeoutMs,
      }),
      logger,
    }),
    internalToken,
    health: createHealth({}),
    logger,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${server.port}`,
    published,
    drained: () => previews.drain(),
    async stop() {
      await server.stop();
      await previews.drain();
      await decoder.stop();
      await vision.close();
    },
  };
}
