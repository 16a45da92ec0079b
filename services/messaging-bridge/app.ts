import type { Hono } from 'hono';
import type { Health } from '../../platform/health.ts';
import { createHttpApp } from '../../platform/http/http-server.ts';
import type { Logger } from '../../platform/logger.ts';

/** The bridge has nothing to ask for: only `/livez`, `/readyz` and `/metrics`. */
export function createApp(parts: { health: Health; logger: Logger }): Hono {
  return createHttpApp(parts);
}
