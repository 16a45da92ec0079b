import type { Logger } from './logger.ts';
import { ConfigError } from './config.ts';

/** One thing to stop, in the order of the list. */
export interface Stoppable {
  readonly name: string;
  stop(): Promise<unknown>;
}

const stopDeadlineMs = 14_000; // an orchestrator such as Kubernetes kills after its own grace

/**
 * On SIGTERM or SIGINT stops everything in the order given, then leaves with 0; with 1 when a part
 * fails to stop or the whole takes longer than 14 s. A second signal changes nothing.
 */
export function stopInOrder(logger: Logger, ...parts: readonly Stoppable[]): void {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('did not stop in time');
      process.exit(1);
    }, stopDeadlineMs).unref();
    let failed = false;
    for (const part of parts) {
      try {
        await part.stop();
      } catch (error) {
        failed = true;
        logger.error({ err: error, part: part.name }, 'did not stop cleanly');
      }
    }
    logger.info('stopped');
    process.exit(failed ? 1 : 0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

/** Runs a process's start; a fault in it, or any unhandled one later, ends the process with 1. */
export function runProcess(logger: Logger, start: () => Promise<void>): void {
  const die = (error: unknown) => {
    if (error instanceof ConfigError) logger.fatal(error.message);
    else logger.fatal({ err: error }, 'ended by an unhandled error');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  start().catch(die);
}
