// One service of the stack as it lives: started, watched, restarted after a second, stopped.
import { setTimeout as delay } from 'node:timers/promises';
import { Mutex } from 'async-mutex';
import { AbortError, ConflictError, UserError } from '../host/user-error.ts';
import type { Run, Service } from '../stack/service.ts';
import type { Stack } from '../stack/stack.ts';
import type {
  ServiceOptions,
  ServiceState,
  SupervisedService,
  Watcher,
} from './supervised-service.ts';
import { startRun } from './run-process.ts';
import { openServiceLog } from './service-log.ts';

const usualTimes = { restartAfterMs: 1_000, readyTimeoutMs: 90_000, graceMs: 20_000 };
const triesBeforeReady = 3;

/** From one start until it is stopped. */
interface Lifetime {
  readonly controller: AbortController;
  ready: PromiseWithResolvers<undefined>;
  /** Nothing of it runs any more. Never rejects. */
  done: Promise<void>;
}

export function supervise(
  service: Service,
  stack: Stack,
  watcher: Watcher,
  { restartAfterMs, readyTimeoutMs, graceMs } = usualTimes,
): SupervisedService {
  const { name } = service;
  const log = openServiceLog(stack.logs, name, (line) => {
    watcher.log(line);
  });
  let state: ServiceState = 'stopped';
  let running: (Run & { readonly endHandled: Promise<void> }) | undefined;
  let options: ServiceOptions = {};
  let lastEnd: string | undefined;
  const restarts = new Mutex();
  let current: Lifetime | undefined; // the last one, aborted when it is not wanted any more

  const isRunning = () => running !== undefined; // for the compiler, which sees no change across an await

  /** Never rejects: what went wrong is passed to those who wait for `lifetime.ready`. */
  async function keepRunning(
    lifetime: Lifetime,
    previous: Promise<void> | undefined,
  ): Promise<void> {
    const { signal } = lifetime.controller;
    await previous;
    try {
      await endRun(); // one that could not be stopped before
      signal.throwIfAborted();
      if (isRunning()) throw new Error('its former run cannot be stopped');
      log.rotate();
      await becomeReady(lifetime, triesBeforeReady, Date.now() + readyTimeoutMs);
      for (;;) {
        await withAbort(Promise.resolve(running?.endHandled), signal);
        watcher.log(`${name} ended (${lastEnd}): restarting in ${restartAfterMs / 1_000} s`);
        await delay(restartAfterMs, undefined, { signal });
        // What once ran is never given up.
        await becomeReady(lifetime, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
        watcher.log(`${name} restarted`);
      }
    } catch (error) {
      if (signal.aborted) {
        lifetime.ready.reject(new AbortError(`${name} stopped before it was ready`));
        return; // by stop(), which ends its run
      }
      await endRun();
      const failure = describeFailure(error as Error);
      state = 'failed';
      lifetime.ready.reject(failure);
    }
  }

  /** @throws when it has ended that often, or is not ready at the deadline. */
  async function becomeReady(lifetime: Lifetime, tries: number, deadline: number): Promise<void> {
    const { signal } = lifetime.controller;
    let ends = 0;
    state = 'starting';
    await spawnRun(signal, tries, ends);
    for (;;) {
      signal.throwIfAborted();
      const reason = await withAbort(findFault(), signal);
      if (running === undefined) {
        if (++ends >= tries) throw new Error(`ended ${ends} times before it was ready`);
        await delay(restartAfterMs, undefined, { signal });
        await spawnRun(signal, tries, ends);
      } else if (reason === undefined) break;
      else if (Date.now() > deadline) throw new Error(`not ready in time (${reason})`);
      else await delay(100, undefined, { signal });
    }
    state = 'ready';
    lifetime.ready.resolve(undefined);
  }

  async function spawnRun(signal: AbortSignal, tries: number, ends: number): Promise<void> {
    const { environment = {}, nodeOptions = [] } = options;
    log.note(`${name} starts`);
    let run: Run | undefined;
    try {
      const given = { logFile: log.file, log: log.note, environment, signal };
      run = await startRun(service, stack, given, nodeOptions);
    } catch (error) {
      const reason = `not started: ${(error as Error).message}`;
      if (Number.isFinite(tries)) throw new Error(reason, { cause: error });
      if (ends === 0) watcher.log(`${name} ${reason}; trying again`);
    }
    if (run === undefined) return;
    const endHandled = run.ended.then((how) => {
      lastEnd = how;
      running = undefined;
      if (state === 'ready' && current !== undefined) {
        state = 'restarting';
        current.ready = newReadiness();
      }
      watcher.changed();
    });
    running = { ...run, endHandled };
    watcher.changed();
  }

  async function findFault(): Promise<string | undefined> {
    if (running === undefined) return 'not running';
    try {
      await service.ready(stack);
      await service.afterReady?.(stack, log.note);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Lets the run finish, if there is one. What cannot be stopped is logged and still there. */
  async function endRun(): Promise<void> {
    const run = running;
    if (run === undefined) return;
    state = 'stopping';
    try {
      const how = await run.stop(graceMs);
      if (how === 'killed') watcher.log(`${name} killed: not stopped within ${graceMs / 1_000} s`);
      await run.endHandled;
      if (how === 'stopped') await service.afterStop?.(stack);
    } catch (error) {
      const what = running === run ? 'not stopped' : 'stopped, its cleanup failed';
      watcher.log(`${name} ${what}: ${(error as Error).message}`);
    }
  }

  function describeFailure({ message }: Error): UserError {
    const remedy = service.remedy === undefined ? '' : `\n${service.remedy}`;
    return new UserError(
      `${name}: ${message}. The end of ${log.file}:\n${log.lastLines(15)}${remedy}`,
    );
  }

  function assertRunning(): Run & { readonly endHandled: Promise<void> } {
    if (running === undefined) throw notRunning();
    return running;
  }

  async function start(changed?: ServiceOptions): Promise<undefined> {
    if (current === undefined || current.controller.signal.aborted || state === 'failed') {
      if (changed !== undefined) options = changed;
      const previous = current?.done;
      if (state === 'failed') state = 'starting'; // a second start is this one
      current = {
        controller: new AbortController(),
        ready: newReadiness(),
        done: Promise.resolve(),
      };
      current.done = keepRunning(current, previous);
    }
    return current.ready.promise;
  }

  async function stop(): Promise<void> {
    if (current === undefined) return;
    current.controller.abort();
    if (state !== 'stopped') state = 'stopping';
    current.done = current.done.then(async () => {
      await endRun();
      state = running === undefined ? 'stopped' : 'failed';
    });
    await current.done;
  }

  async function beginRestart(changed: ServiceOptions = {}) {
    // On its way: those who wait for it wait for the restart.
    const settled = state === 'ready' || state === 'failed' || current?.controller.signal.aborted;
    const waited = settled ? undefined : current;
    const { ready } = waited ?? {};
    if (waited !== undefined) waited.ready = newReadiness();
    await stop();
    const started = start(changed);
    ready?.resolve(started);
    return { started };
  }

  const notRunning = () => new ConflictError(`${name} not running: start it first`);

  return {
    service,
    get state() {
      return state;
    },
    get handle() {
      return running?.handle;
    },
    get lastEnd() {
      return lastEnd;
    },
    start,
    stop,
    async restart(changed) {
      // Not until it is ready: the next restart may mend one that never is.
      const { started } = await restarts.runExclusive(() => beginRestart(changed));
      await started;
    },
    async kill() {
      const run = assertRunning();
      await run.kill();
      await run.endHandled;
    },
    freeze: async () => assertRunning().freeze(),
    thaw: async () => assertRunning().thaw(),
    async whenReady() {
      if (current === undefined || current.controller.signal.aborted) throw notRunning();
      await current.ready.promise;
    },
  };
}

/** Settles as `work` does, or rejects with the signal's reason; the work itself goes on. */
function withAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function newReadiness(): PromiseWithResolvers<undefined> {
  const readiness = Promise.withResolvers<undefined>();
  readiness.promise.catch(() => undefined); // whoever waits for it hears it
  return readiness;
}
