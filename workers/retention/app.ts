import type { Hono } from 'hono';
import type { Health } from '../../platform/health.ts';
import { createHttpApp } from '../../platform/http/http-server.ts';
import type { Logger } from '../../platform/logger.ts';

/** Health and metrics only: its work comes from Temporal. */
export const createApp = (parts: { health: Health; logger: Logger }): Hono => createHttpApp(parts);
