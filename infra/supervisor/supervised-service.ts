// What can be done to one service of a running stack, and what state it is in.
import type { RunHandle, Service } from '../stack/service.ts';

/**
 * What follows what; a run lives in `starting`, `ready` and `stopping` alone, and never a second one.
 *
 * | state      | then                                                                              |
 * |------------|-----------------------------------------------------------------------------------|
 * | stopped    | starting (start)                                                                  |
 * | starting   | ready; stopping (stop, or it is given up)                                         |
 * | ready      | restarting (its run ended); stopping (stop)                                       |
 * | restarting | starting (after a second); stopping (stop)                                        |
 * | stopping   | stopped; failed (given up, or its run cannot be stopped), and a start waits for it |
 * | failed     | starting (start); stopping (stop)                                                 |
 */
export type ServiceState = 'stopped' | 'starting' | 'ready' | 'restarting' | 'stopping' | 'failed';

export interface SupervisedService {
  readonly service: Service;
  readonly state: ServiceState;
  /** Undefined while it does not run. */
  readonly handle: RunHandle | undefined;
  /** How its last run ended: `exit code 0`, `SIGKILL`; undefined before one has. */
  readonly lastEnd: string | undefined;
  /**
   * Resolves when it is ready; changes nothing while it is on its way or ready.
   *
   * @throws {UserError} it cannot be run, ends three times before it is ready, or takes too long.
   * @throws {AbortError} it was stopped before it was ready.
   */
  start(options?: ServiceOptions): Promise<void>;
  /** Lets it finish, waits until it is gone; it stays stopped until {@link start}. */
  stop(): Promise<void>;
  /** Stop and start, with the usual environment where no other is given; a start that is on its way ends as it does. */
  restart(options?: ServiceOptions): Promise<void>;
  /** SIGKILL to it and its children, as a crash would; it is restarted after a second. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Resolves when it is ready (again). @throws as {@link start} does. */
  whenReady(): Promise<void>;
}

export interface ServiceOptions {
  /** Added to the usual environment, until the next start that brings its own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Options of Node before the file that it runs (processes of ours only). */
  readonly nodeOptions?: readonly string[] | undefined;
}

export interface Watcher {
  /** A run of the service has begun or ended. */
  changed(): void;
  /** A line for people: what happened to which service. */
  log(line: string): void;
}
