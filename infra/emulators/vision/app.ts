import type { Hono } from 'hono';
import { z } from 'zod';
import { createHttpApp, parseOrProblem, readJson } from '../../../platform/http/http-server.ts';
import type { Health } from '../../../platform/http/health.ts';
import type { Logger } from '../../../platform/logger.ts';
import { faultOrderSchema, type Faults } from './faults.ts';

/**
 * The HTTP side: health, and where `faults` are given, `/faults`: POST one order or a list, GET what
 * is ordered, DELETE to clear (`?seed=` for the chances that follow).
 */
export function createApp(deps: {
  health: Health;
  logger: Logger;
  faults: Faults | undefined;
}): Hono {
  const app = createHttpApp(deps);
  const { faults } = deps;
  if (faults === undefined) return app;

  app.get('/faults', (c) => c.json(faults.ordered));
  app.post('/faults', async (c) => {
    const given = await readJson(c, z.unknown());
    const orders = parseOrProblem(
      z.array(faultOrderSchema),
      Array.isArray(given) ? given : [given],
    );
    for (const order of orders) faults.order(order);
    deps.logger.info({ ordered: faults.ordered }, 'faults ordered');
    return c.json(faults.ordered);
  });
  app.delete('/faults', (c) => {
    faults.clear(parseOrProblem(z.coerce.number().int().optional(), c.req.query('seed')));
    return c.json(faults.ordered);
  });
  return app;
}
