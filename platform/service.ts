// How every process starts, says how it is, and stops.
import type { Hono } from 'hono';
import { Registry } from 'prom-client';
import type { z } from 'zod';
import {
  ConfigError,
  maskSecrets,
  readConfig,
  readLiveConfig,
  type Config,
  type LiveConfig,
  type Setting,
  type Settings,
} from './config.ts';
import { createHealth, type Health, type HealthChecks } from './http/health.ts';
import { createHttpApp, listen } from './http/http-server.ts';
import { crashProcess, createLogger, exitProcess, type Logger } from './logger.ts';

/** What every process is set by. */
export interface ServiceSettings extends Settings {
  readonly HOST: Setting<z.ZodType<string>>;
  readonly PORT: Setting<z.ZodType<number>>;
  /** Where health and metrics stand when `PORT` is public, or speaks another protocol. */
  readonly HEALTH_PORT?: Setting<z.ZodType<number>>;
  readonly LOG_LEVEL: Setting<z.ZodType<string>>;
}

/** One thing to stop; `name` stands in the log when it fails to. */
export interface Stoppable {
  readonly name: string;
  stop(): Promise<unknown>;
}

/** What a process is made of, once it has its configuration. */
export interface Service {
  readonly checks?: HealthChecks | undefined;
  /** What it answers over HTTP; default: `/livez`, `/readyz` and `/metrics` alone. */
  readonly app?: (deps: { health: Health; logger: Logger }) => { fetch: Hono['fetch'] };
  /** What it answers to everybody at `PORT`, while `app` stands at `HEALTH_PORT`. */
  readonly publicApp?: (deps: { logger: Logger }) => { fetch: Hono['fetch'] };
  /** Brought to rest before the HTTP server is closed, in this order. */
  readonly drain?: readonly Stoppable[];
  /** Stopped after the HTTP server, in this order. */
  readonly stop?: readonly Stoppable[];
  /** Goes on while the process already answers; a fault in it ends the process. */
  readonly afterListen?: () => Promise<void>;
}

export interface ServiceDefinition<S extends ServiceSettings, Secrets extends Settings> {
  readonly name: string;
  readonly settings: S;
  /** Settings whose files are read again while the process runs. */
  readonly secrets?: Secrets;
  readonly start: (context: {
    readonly name: string;
    readonly config: Config<S>;
    readonly secrets: LiveConfig<Secrets>;
    readonly logger: Logger;
    readonly registry: Registry;
    /** Aborted when the process begins to stop. */
    readonly stopping: AbortSignal;
  }) => Promise<Service> | Service;
}

const stopDeadlineMs = 14_000; // an orchestrator such as Kubernetes kills after its own grace

/**
 * Runs one process: configuration, health, metrics, HTTP server, stop. A setting that is wrong is
 * named with all others that are, and the process exits with 1; so it does on any unhandled error.
 */
export function runService<S extends ServiceSettings, Secrets extends Settings = Settings>(
  definition: ServiceDefinition<S, Secrets>,
): void {
  const logger = createLogger(definition.name);
  const exit = (error: unknown) => {
    crashProcess({ service: definition.name, level: logger.level }, (blocking) => {
      if (error instanceof ConfigError) blocking.fatal(error.message);
      else blocking.fatal({ err: error }, 'unhandled error: process exiting');
    });
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
  runDefinition(definition, logger).catch(exit);
}

async function runDefinition<S extends ServiceSettings, Secrets extends Settings>(
  { name, settings, secrets, start }: ServiceDefinition<S, Secrets>,
  logger: Logger,
): Promise<void> {
  const live = secrets ?? ({} as Secrets);
  const everything: ServiceSettings = { ...settings, ...live };
  const config = readConfig(everything); // in one go, so that every fault is named at once
  const { HOST, PORT, HEALTH_PORT, LOG_LEVEL } = config;
  logger.level = LOG_LEVEL;
  logger.info({ config: maskSecrets(everything, config) }, 'starting');

  const registry = new Registry();
  const stopping = new AbortController();
  const service = await start({
    name,
    config: config as Config<S>,
    secrets: readLiveConfig(live, logger),
    logger,
    registry,
    stopping: stopping.signal,
  });
  const health = createHealth(service.checks, registry);
  const app = (service.app ?? createHttpApp)({ health, logger });
  const server = await listen(app, { host: HOST, port: HEALTH_PORT ?? PORT });
  const publicApp = service.publicApp?.({ logger });
  const publicServer = publicApp && (await listen(publicApp, { host: HOST, port: PORT }));
  stopOnSignal(logger, stopping, [
    ...(service.drain ?? []),
    { name: 'public http', stop: () => Promise.resolve(publicServer?.stop()) },
    { name: 'http', stop: () => server.stop() },
    ...(service.stop ?? []),
  ]);
  logger.info({ port: PORT, health: server.port }, 'listening');
  await service.afterListen?.();
}

/**
 * On SIGTERM or SIGINT stops everything in the order given, then leaves with 0; with 1 when one fails
 * to stop or the whole takes longer than 14 s. A second signal changes nothing.
 */
function stopOnSignal(
  logger: Logger,
  stopping: AbortController,
  inOrder: readonly Stoppable[],
): void {
  const stop = async (signal: string) => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error({ limitMs: stopDeadlineMs }, 'stop timed out: process exiting');
      exitProcess(1);
    }, stopDeadlineMs).unref();
    const failed: string[] = [];
    for (const stoppable of inOrder) {
      try {
        await stoppable.stop();
      } catch (error) {
        failed.push(stoppable.name);
        logger.error({ err: error, component: stoppable.name }, 'component not stopped');
      }
    }
    if (failed.length > 0) logger.error({ components: failed }, 'stopped, components not stopped');
    else logger.info('stopped');
    exitProcess(failed.length > 0 ? 1 : 0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}
