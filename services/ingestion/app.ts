import type { Context, Hono } from 'hono';
import { Counter } from 'prom-client';
import { z } from 'zod';
import type { ContentType } from '../../contracts/photos.ts';
import { ownerSchema } from '../../contracts/recognition.ts';
import {
  ownerHeader,
  confirmUploadRequestSchema,
  renewUploadRequestSchema,
  startUploadRequestSchema,
} from '../../contracts/rest.ts';
import type { Health } from '../../platform/http/health.ts';
import {
  createHttpApp,
  parseOrProblem,
  readJson,
  requireInternalToken,
} from '../../platform/http/http-server.ts';
import { KafkaUnavailableError, type KafkaPublisher } from '../../platform/kafka/kafka.ts';
import type { Logger } from '../../platform/logger.ts';
import type { PresignPut } from '../../platform/object-store/presign-put.ts';
import { ObjectStoreUnavailableError } from '../../platform/object-store/s3-client.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { AcceptDependencies } from './accept-image.ts';
import { confirmUpload, type Caller } from './confirm-upload.ts';
import { renewUpload, startUpload } from './start-upload.ts';
import type { UploadTokens } from './upload-tokens.ts';

const retryAfterSeconds = 2;

interface IngestionDependencies extends AcceptDependencies {
  readonly presignPut: PresignPut;
  /** Takes uploads that say neither size nor checksum. */
  readonly allowUndeclared: boolean;
  /** What `start` takes, of all kinds that are known. */
  readonly contentTypes: readonly ContentType[];
  readonly events: Pick<KafkaPublisher, 'publish'>;
  readonly uploadTokens: UploadTokens;
  readonly internalToken: string;
  readonly health: Health;
  readonly logger: Logger;
}

export function createApp(deps: IngestionDependencies): Hono {
  const app = createHttpApp(deps);
  const answered = countAnswers(deps.health);

  for (const root of ['/v1/uploads', '/uploads']) {
    // the second is the older path
    app.use(`${root}/*`, requireInternalToken(deps.internalToken));
    app.post(`${root}/start`, async (c) => {
      const { owner } = readCaller(c);
      const request = await readJson(c, startUploadRequestSchema);
      const answer = await answered('start', startUpload(deps, request, owner));
      deps.logger.info({ correlationId: answer.correlationId }, 'upload token issued');
      return c.json(answer, 200);
    });
    app.post(`${root}/renew`, async (c) => {
      const { owner } = readCaller(c);
      const request = await readJson(c, renewUploadRequestSchema);
      return c.json(await answered('renew', renewUpload(deps, request, owner)), 200);
    });
    app.post(`${root}/confirm`, async (c) => {
      const caller = readCaller(c);
      const claim = await readJson(c, confirmUploadRequestSchema);
      return c.json(await answered('confirm', confirmUpload(deps, claim, caller)), 202);
    });
  }
  return app;
}

function countAnswers(health: Health) {
  const answers = new Counter({
    name: 'ingestion_answers_total',
    help: 'Uploads started, renewed and confirmed, by answer: ok, the code of a problem, or bug.',
    labelNames: ['call', 'answer'],
    registers: [health.registry],
  });
  return async <Answer>(
    call: 'start' | 'renew' | 'confirm',
    work: Promise<Answer>,
  ): Promise<Answer> => {
    try {
      const answer = await work;
      answers.inc({ call, answer: 'ok' });
      return answer;
    } catch (error) {
      const problem = problemOf(error);
      answers.inc({ call, answer: problem instanceof Problem ? problem.code : 'bug' });
      throw problem;
    }
  };
}

/** A server that is unavailable is worth another try; any other error is a bug. */
function problemOf(error: unknown): unknown {
  if (error instanceof KafkaUnavailableError) return unavailable('Kafka', error);
  if (error instanceof ObjectStoreUnavailableError) return unavailable('the object store', error);
  return error;
}

/** Names the server and not its address, which only the log has. */
const unavailable = (server: string, cause: { readonly code: string }) =>
  new Problem(503, cause.code, `${server} is unavailable: confirm again`, {
    cause,
    retryAfter: retryAfterSeconds,
  });

// W3C Trace Context, level 1: version `ff` and ids of zeros only are forbidden.
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

const callerSchema = z.object({
  [ownerHeader]: ownerSchema,
  // Dropped when it is malformed, as its specification asks: no reason to refuse a photo.
  traceparent: z.string().regex(traceparent).optional().catch(undefined),
});

/**
 * Who the gateway says is asking.
 *
 * @throws {Problem} 422 without a well-formed owner header.
 */
function readCaller(c: Context): Caller {
  const { [ownerHeader]: owner, traceparent } = parseOrProblem(callerSchema, c.req.header());
  return { owner, traceparent };
}
