import type { Hono } from 'hono';
import {
  analysesQuerySchema,
  ownerHeader,
  type AnalysesPage,
  type AnalysesQuery,
  type Analysis,
} from '../../contracts/rest.ts';
import { ownerSchema } from '../../contracts/recognition.ts';
import type { Health } from '../../platform/health.ts';
import {
  createHttpApp,
  parseOrProblem,
  requireInternalToken,
} from '../../platform/http/http-server.ts';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import { temporalFaultOf } from '../../platform/temporal/temporal.ts';

export interface Analyses {
  find(owner: string, correlationId: string): Promise<Analysis>;
  list(query: AnalysesQuery): Promise<AnalysesPage>;
}

/**
 * The read API: the orchestrator's view from Temporal, an owner's own analyses only.
 * The owner comes in the header `trackunit-owner`, set by the gateway.
 */
export function createApp(parts: {
  analyses: Analyses;
  health: Health;
  internalToken: string;
  logger: Logger;
}): Hono {
  const { analyses } = parts;
  const app = createHttpApp(parts);
  app.use('/v1/*', requireInternalToken(parts.internalToken));

  app.get('/v1/analyses/:correlationId', async (c) => {
    const owner = ownerOf(c.req.header(ownerHeader));
    return c.json(await orAway(analyses.find(owner, c.req.param('correlationId'))));
  });

  app.get('/v1/analyses', async (c) => {
    const owner = ownerOf(c.req.header(ownerHeader));
    const query = parseOrProblem(analysesQuerySchema, c.req.query());
    if (query.owner !== owner)
      throw new Problem(403, 'NOT_THE_OWNER', `owner is not the one of ${ownerHeader}`);
    return c.json(await orAway(analyses.list(query)));
  });

  return app;
}

function ownerOf(header: string | undefined): string {
  const owner = ownerSchema.safeParse(header);
  if (owner.success) return owner.data;
  throw new Problem(422, 'INVALID', `${ownerHeader}: missing or no owner`, {
    errors: { [ownerHeader]: ['missing or no owner'] },
  });
}

async function orAway<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const fault = temporalFaultOf(error);
    if (fault !== 'away' && fault !== 'misconfigured') throw error;
    throw new Problem(503, 'TEMPORAL_UNAVAILABLE', 'Temporal does not answer', {
      cause: error,
      retryAfter: 1,
    });
  }
}
