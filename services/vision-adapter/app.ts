import type { Hono } from 'hono';
import { Counter, Gauge, Histogram } from 'prom-client';
import { recognitionRequestSchema } from '../../contracts/recognition.ts';
import type { Health } from '../../platform/http/health.ts';
import { createHttpApp, readJson, requireInternalToken } from '../../platform/http/http-server.ts';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { RecognizeImage } from './recognize-image.ts';

/** `POST /v1/recognitions`, behind the internal token. */
export function createApp(deps: {
  recognizeImage: RecognizeImage;
  internalToken: string;
  health: Health;
  logger: Logger;
}): Hono {
  const { recognizeImage, internalToken, health, logger } = deps;
  const metrics = createMetrics(health, recognizeImage);
  const app = createHttpApp({ health, logger });
  app.use('/v1/*', requireInternalToken(internalToken));

  app.post('/v1/recognitions', async (c) => {
    const request = await readJson(c, recognitionRequestSchema);
    const traceparent = c.req.header('traceparent');
    const { correlationId, runId } = request;
    const stopTimer = metrics.seconds.startTimer();
    try {
      const result = await recognizeImage.recognize({ ...request, traceparent }, c.req.raw.signal);
      metrics.outcomes.inc({ outcome: result.status });
      logger.info(
        { correlationId, runId, status: result.status, confident: result.aggregate.isConfident },
        'recognition completed',
      );
      return c.json(result);
    } catch (error) {
      const code = error instanceof Problem ? error.code : 'INTERNAL';
      metrics.outcomes.inc({ outcome: code });
      // What is no Problem is logged whole, with a reference, where it is answered (platform/http).
      if (error instanceof Problem)
        logger.warn({ correlationId, runId, code, err: error }, 'image not recognized');
      throw error;
    } finally {
      stopTimer();
    }
  });
  return app;
}

function createMetrics({ registry }: Health, recognizeImage: RecognizeImage) {
  new Gauge({
    name: 'recognitions_unpublished',
    help: 'Results kept until Kafka takes them.',
    registers: [registry],
    collect() {
      this.set(recognizeImage.unpublished());
    },
  });
  return {
    outcomes: new Counter({
      name: 'recognitions_total',
      help: 'Recognitions by status or problem code.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    seconds: new Histogram({
      name: 'recognition_seconds',
      help: 'From the request to the answer.',
      buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
      registers: [registry],
    }),
  };
}
