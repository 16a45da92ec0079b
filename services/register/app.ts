import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import {
  actorHeader,
  actorSchema,
  auditEntrySchema,
  auditQuerySchema,
  correctionRequestSchema,
  correctionsQuerySchema,
  deletionQuerySchema,
  deletionsQuerySchema,
  erasedRequestSchema,
  type RebuildProgress,
} from '../../contracts/acts.ts';
import { correlationIdSchema, ownerSchema } from '../../contracts/recognition.ts';
import { queueRequestSchema } from '../../contracts/queue.ts';
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
import { createQueueReader } from './read/read-queue.ts';
import {
  analysisNotFound,
  countAnalyses,
  findAnalysis,
  findOwner,
  listAnalyses,
  listCorrections,
  waitForOffsets,
} from './read/read-analyses.ts';
import { isUnavailable, type RegisterDb } from './store/database.ts';
import { findEarlierRecognition, keepRecognition } from './store/recognitions.ts';
import { readPositions, rebuildRegister } from './store/positions.ts';
import { listAudit, writeAudit, type Act } from './write/audit.ts';
import { correctAnalysis } from './write/correct-analysis.ts';
import { deleteAnalysis, listDeletions, markErased } from './write/delete-analysis.ts';

/**
 * The register's answers: an owner's own analyses only. The owner comes in the header
 * `trackunit-owner`, set by the gateway or the orchestrator, and who acts in `trackunit-actor`.
 * Audit, deletions and `POST /v1/rebuild` are for operators and the orchestrator.
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
  const readQueue = createQueueReader(db);
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
      // Nobody reads the body that an answer to HEAD does not have: it would hold its place for good.
      if (c.req.method === 'HEAD')
        throw new Problem(405, 'METHOD_NOT_ALLOWED', 'method HEAD: not allowed; use GET');
      const { body, contentType, filename } = await exportAnalyses(
        await queryOf(c, exportQuerySchema),
      );
      return c.body(body, 200, {
        'content-type': contentType,
        'content-disposition': `attachment; filename="${filename}"`,
      });
    }),
  );

  app.get('/v1/analyses/:correlationId/owner', (c) =>
    orUnavailable(async () => c.json({ owner: await findOwner(db, correlationIdOf(c)) })),
  );
  app.put('/v1/analyses/:correlationId/correction', (c) =>
    orUnavailable(async () => {
      const { reason, ...fields } = await readJson(c, correctionRequestSchema);
      return c.json(await correctAnalysis(db, analysisOf(c), fields, actOf(c, reason)));
    }),
  );
  app.delete('/v1/analyses/:correlationId', (c) =>
    orUnavailable(async () => {
      const { objectKey, reason } = parseOrProblem(deletionQuerySchema, c.req.query());
      return c.json(await deleteAnalysis(db, analysisOf(c), objectKey, actOf(c, reason)));
    }),
  );
  app.get('/v1/corrections', (c) =>
    orUnavailable(async () =>
      c.json(await listCorrections(db, parseOrProblem(correctionsQuerySchema, c.req.query()))),
    ),
  );
  app.get('/v1/deletions', (c) =>
    orUnavailable(async () =>
      c.json(await listDeletions(db, parseOrProblem(deletionsQuerySchema, c.req.query()))),
    ),
  );
  app.post('/v1/analyses/:correlationId/deletion/erased', (c) =>
    orUnavailable(async () => {
      const { owner } = await readJson(c, erasedRequestSchema);
      const correlationId = correlationIdOf(c);
      await markErased(db, { owner, correlationId }, { actId: randomUUID(), actor: 'system' });
      return c.json({ status: 'Erased' });
    }),
  );
  app.post('/v1/audit', (c) =>
    orUnavailable(async () => {
      await writeAudit(db, await readJson(c, auditEntrySchema));
      return c.json({ status: 'Written' }, 201);
    }),
  );
  app.get('/v1/audit', (c) =>
    orUnavailable(async () =>
      c.json(await listAudit(db, parseOrProblem(auditQuerySchema, c.req.query()))),
    ),
  );

  app.post('/v1/queue', (c) =>
    orUnavailable(async () => {
      const { correlationIds } = await readJson(c, queueRequestSchema);
      return c.json({ places: await readQueue(ownerOf(c), correlationIds) });
    }),
  );
  app.post('/v1/rebuild', (c) =>
    orUnavailable(async () => {
      await rebuildRegister(db);
      logger.info('rebuild begun: sources are read from their beginning, Temporal to its end');
      return c.json({ status: 'Begun' }, 202);
    }),
  );
  app.get('/v1/rebuild', (c) =>
    orUnavailable(async () => {
      const sources = (await readPositions(db)).map(({ source, offset, gapSince }) => ({
        ...{ source, offset: offset ?? null, gapSince: gapSince?.toISOString() ?? null },
      }));
      return c.json({ sources } satisfies RebuildProgress);
    }),
  );
  return app;
}

const callerSchema = z.object({ [ownerHeader]: ownerSchema });

const ownerOf = (c: Context): string => parseOrProblem(callerSchema, c.req.header())[ownerHeader];

const correlationIdOf = (c: Context): string => {
  const id = correlationIdSchema.safeParse(c.req.param('correlationId'));
  if (!id.success) throw analysisNotFound();
  return id.data;
};
const analysisOf = (c: Context) => ({ owner: ownerOf(c), correlationId: correlationIdOf(c) });

const actHeadersSchema = z.object({ [actorHeader]: actorSchema });

const actOf = (c: Context, reason: string | undefined): Act => ({
  actId: randomUUID(),
  actor: parseOrProblem(actHeadersSchema, c.req.header())[actorHeader],
  reason,
});

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
