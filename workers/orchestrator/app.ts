import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { ownerHeader, type Analysis } from '../../contracts/rest.ts';
import { ownerSchema } from '../../contracts/recognition.ts';
import type { Health } from '../../platform/http/health.ts';
import {
  createHttpApp,
  parseOrProblem,
  requireInternalToken,
} from '../../platform/http/http-server.ts';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import { addDoor, type DoorDeps } from './acts/door.ts';
import { temporalFaultOf } from '../../platform/temporal/temporal.ts';

/**
 * The read API: the state of one analysis as Temporal has it now, the owner's own only. Lists are the
 * register's. The owner comes in the header `trackunit-owner`, set by the gateway. Below `/internal/v0`
 * stands the door for acts.
 */
export function createApp(deps: {
  find: (owner: string, correlationId: string) => Promise<Analysis>;
  door: Omit<DoorDeps, 'internalToken'>;
  health: Health;
  internalToken: string;
  logger: Logger;
}): Hono {
  const { find, internalToken } = deps;
  const app = createHttpApp(deps);
  app.use('/v1/*', requireInternalToken(internalToken));

  app.get('/v1/analyses/:correlationId', async (c) => {
    const owner = ownerOf(c);
    return c.json(await orUnavailable(find(owner, c.req.param('correlationId'))));
  });

  addDoor(app, { ...deps.door, internalToken }, orUnavailable);
  return app;
}

const callerSchema = z.object({ [ownerHeader]: ownerSchema });

const ownerOf = (c: Context): string => parseOrProblem(callerSchema, c.req.header())[ownerHeader];

async function orUnavailable<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const fault = temporalFaultOf(error);
    if (fault !== 'unavailable' && fault !== 'misconfigured') throw error;
    throw new Problem(503, 'TEMPORAL_UNAVAILABLE', 'Temporal is unavailable: try again', {
      cause: error,
      retryAfter: 1,
    });
  }
}
