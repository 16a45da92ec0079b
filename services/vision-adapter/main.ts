// svc-ai-vision-adapter, steps 9 to 12. In: POST /v1/recognitions (entry adapter: also Kafka
// `tu.image.uploaded`). Out: Vision calls; Kafka `tu.recognition.completed`; the recognition;
// a preview of the photo in the object store.
import { Counter } from 'prom-client';
import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';
import { processSettings } from '../../contracts/settings.ts';
import { kafkaTopics, topics } from '../../contracts/topology.ts';
import { createRestClient } from '../../platform/http/rest-client.ts';
import { connectKafkaConsumer } from '../../platform/kafka/kafka-consumer.ts';
import { connectKafkaPublisher } from '../../platform/kafka/kafka.ts';
import { readTopics } from '../../platform/kafka/kafka-reader.ts';
import { runService } from '../../platform/service.ts';
import { createApp } from './app.ts';
import { createDuplicates } from './find-duplicate.ts';
import { createFindPublished } from './find-published.ts';
import { startDecoder } from './photo/decoder.ts';
import { createFetchImage } from './photo/fetch-image.ts';
import { createPreviews } from './photo/store-preview.ts';
import { rulesVersion } from './recognition/rules-version.ts';
import { createRecognizeImage } from './recognize-image.ts';
import { createTakeUpload } from './take-uploads.ts';
import { createAnnotateImage } from './vision/annotate-image.ts';
import { readFeatures } from './vision/features.ts';
import { apiVersion, assertProvider, connectVision, countCalls } from './vision/vision-client.ts';

const name = 'svc-ai-vision-adapter';
const consumerSilenceMs = 60_000;

runService({
  name,
  settings: processSettings(
    name,
    ...(['INTERNAL_TOKEN', 'KAFKA_BROKERS', 'MEDIA_ACCESS_URL', 'REGISTER_URL'] as const),
    ...(['ANALYSIS_ENTRY', 'RECOGNITION_GRACE', 'RECOGNITIONS_PER_SECOND'] as const),
    'DUPLICATES_TIMEOUT',
    ...(['VISION_ENDPOINT', 'VISION_PLAINTEXT', 'VISION_PROVIDER', 'VISION_TIMEOUT'] as const),
    ...(['VISION_FEATURES', 'VISION_MAX_RESULTS'] as const),
  ),
  async start({ config, logger, registry }) {
    const kafka = { brokers: config.KAFKA_BROKERS, clientId: name, topics: kafkaTopics, logger };
    const events = connectKafkaPublisher(kafka);
    assertProvider(config.VISION_PROVIDER, config.VISION_ENDPOINT);
    const vision = countCalls(
      await connectVision({
        endpoint: config.VISION_ENDPOINT,
        plaintext: config.VISION_PLAINTEXT,
      }),
      registry,
    );
    const features = readFeatures(config.VISION_FEATURES);
    const maxResults = config.VISION_MAX_RESULTS;
    const decoder = await startDecoder({ logger });
    const mediaAccess = createRestClient({
      name: 'tu-media-access-service',
      baseUrl: config.MEDIA_ACCESS_URL,
      internalToken: config.INTERNAL_TOKEN,
    });
    const previews = createPreviews({
      ...{ mediaAccess, decoder, logger },
      previews: new Counter({
        name: 'previews_total',
        help: 'Small pictures of photos for people, by what became of them.',
        labelNames: ['outcome'],
        registers: [registry],
      }),
    });
    const provider = {
      ...{ name: config.VISION_PROVIDER, apiVersion },
      ...{ featureset: [...features], maxResults, rulesVersion },
    };
    const duplicates = createDuplicates({
      register: createRestClient({
        name: 'tu-register-service',
        baseUrl: config.REGISTER_URL,
        internalToken: config.INTERNAL_TOKEN,
      }),
      ...{ provider, logger, timeoutMs: config.DUPLICATES_TIMEOUT },
      lookups: new Counter({
        name: 'duplicate_lookups_total',
        help: 'Whether the register knows an earlier recognition of a photo, by what it answered.',
        labelNames: ['register'],
        registers: [registry],
      }),
      reused: new Counter({
        name: 'recognitions_reused_total',
        help: 'Vision calls saved: the same photo was recognised before for the same owner.',
        registers: [registry],
      }),
    });
    const recognizeImage = createRecognizeImage({
      fetchImage: createFetchImage(mediaAccess),
      decoder,
      previews,
      duplicates,
      annotateImage: createAnnotateImage(vision, {
        features,
        maxResults,
        timeoutMs: config.VISION_TIMEOUT,
      }),
      findPublished: createFindPublished({
        readTopic: (reading) =>
          readTopics(kafka, { topics: [topics.recognitionCompleted], ...reading }),
      }),
      events,
      logger,
      provider,
    });

    const turns = new RateLimiterQueue(
      new RateLimiterMemory({ points: 1, duration: 1 / config.RECOGNITIONS_PER_SECOND }),
    );
    const taken = new Counter({
      name: 'uploads_taken_total',
      help: 'Entry `adapter`: photos taken straight from Kafka, by what became of them.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    const uploads =
      config.ANALYSIS_ENTRY === 'adapter'
        ? connectKafkaConsumer({
            ...kafka,
            groupId: name,
            subscribe: [topics.imageUploaded],
            concurrency: 6, // all partitions: Vision's answer time, not Kafka, is what is waited for
            eachRecord: createTakeUpload({
              recognizeImage,
              waitForRateLimit: async () => {
                await turns.removeTokens(1);
              },
              graceMs: config.RECOGNITION_GRACE,
              logger,
              taken,
            }),
          })
        : undefined;

    return {
      checks: {
        shared: { kafka: () => events.probe() },
        progress() {
          if (uploads !== undefined && Date.now() - uploads.lastActivity() > consumerSilenceMs)
            throw new Error(`no activity of the Kafka consumer for ${consumerSilenceMs / 1000} s`);
        },
      },
      app: (deps) => createApp({ ...deps, recognizeImage, internalToken: config.INTERNAL_TOKEN }),
      stop: [
        { name: 'uploads', stop: async () => uploads?.close() },
        { name: 'previews', stop: () => previews.drain() },
        { name: 'decoder', stop: () => decoder.stop() },
        { name: 'vision', stop: () => vision.close() },
        { name: 'kafka', stop: () => events.close() },
      ],
    };
  },
});
