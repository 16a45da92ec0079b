import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { ownerSchema } from '../../contracts/recognition.ts';
import {
  analysesFilterSchema,
  earlierRecognitionQuerySchema,
  exportQuerySchema,
  madeRecognitionSchema,
  ownerHeader,
  registeredAnalysesQuerySchema,
  type AnalysesFilter,
} from '../../contracts/rest.ts';
import type { Health } from '../../platform/http/health.ts';
import {
  createHttpApp,
  parseOrProblem,
  readJson,
  requireInternalToken,
} from '../../platform/http/http-server.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Ingest } from './ingest/ingest-all.ts';
import { createExporter } from './read/export-analyses.ts';
import { countAnalyses, findAnalysis, listAnalyses, waitForOffsets } from './read/read-analyses.ts';
import { isUnavailable, type RegisterDb } from './store/database.ts';
import { findEarlierRecognition, keepRecognition } from './store/recognitions.ts';
import { rebuildRegister } from './store/positions.ts';

/**
 * The register's answers: an owner's own analyses only. The owner comes in the header
 * `trackunit-owner`, set by the gateway. `POST /v1/rebuild` is for operators.
 */
export function createApp(deps: {
  db: RegisterDb;
  ingest: Pick<Ingest, 'isCurrent'>;
  health: Health;
  internalToken: string;
  logger: Logger;
}): Hono {
  const { db, ingest, internalToken, logger } = deps;
  const app = createHttpApp(deps);
  const exportAnalyses = createExporter(db);
  app.use('/v1/*', requireInternalToken(internalToken));

  /** The query, once the register has read as far as it asks for. */
  async function queryOf<Schema extends z.ZodType<AnalysesFilter>>(c: Context, schema: Schema) {
    const query = parseOrProblem(schema, c.req.query());
    assertOwner(c, query.owner);
    await waitForOffsets(db, query.atLeast, () => ingest.isCurrent());
    return query;
  }

  app.get('/v1/recognitions', (c) =>
    orUnavailable(async () => {
      const asked = parseOrProblem(earlierRecognitionQuerySchema, c.req.query());
      assertOwner(c, asked.owner);
      return c.json(await findEarlierRecognition(db, asked));
    }),
  );
  app.post('/v1/recognitions', (c) =>
    orUnavailable(async () => {
      const made = await readJson(c, madeRecognitionSchema);
      assertOwner(c, made.owner);
      await keepRecognition(db, made);
      return c.json({ status: 'Kept' }, 201);
    }),
  );
  app.get('/v1/analyses', (c) =>
    orUnavailable(async () =>
      c.json(await listAnalyses(db, await queryOf(c, registeredAnalysesQuerySchema))),
    ),
  );
  app.get('/v1/analyses/count', (c) =>
    orUnavailable(async () =>
      c.json({ count: await countAnalyses(db, await queryOf(c, analysesFilterSchema)) }),
    ),
  );
  app.get('/v1/analyses/:correlationId', (c) =>
    orUnavailable(async () =>
      c.json(await findAnalysis(db, ownerOf(c), c.req.param('correlationId'))),
    ),
  );
  app.get('/v1/export', (c) =>
    orUnavailable(async () => {
      const { body, contentType, filename } = await exportAnalyses(
        await queryOf(c, exportQuerySchema),
      );
      return c.body(body, 200, {
        'content-type': contentType,
        'content-disposition': `attachment; filename="${filename}"`,
      });
    }),
  );
  app.post('/v1/rebuild', (c) =>
    orUnavailable(async () => {
      await rebuildRegister(db);
      logger.info('rebuild begun: sources are read from their beginning, Temporal to its end');
      return c.json({ status: 'Begun' }, 202);
    }),
  );
  return app;
}

const callerSchema = z.object({ [ownerHeader]: ownerSchema });

const ownerOf = (c: Context): string => parseOrProblem(callerSchema, c.req.header())[ownerHeader];

function assertOwner(c: Context, owner: string): void {
  if (owner !== ownerOf(c))
    throw new Problem(403, 'NOT_THE_OWNER', `owner: must be the one in header ${ownerHeader}`);
}

async function orUnavailable(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new Problem(503, 'POSTGRESQL_UNAVAILABLE', 'PostgreSQL is unavailable: try again', {
      cause: error,
      retryAfter: 1,
    });
  }
}
