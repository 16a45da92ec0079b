// Work on bytes in a process of its own: unlike a thread it can be killed in the middle of native code,
// with all the memory that it holds.
import { fork } from 'node:child_process';
import { read } from 'node:fs';
import { promisify } from 'node:util';

const startLimitMs = 60_000; // starved of processors it takes long; it must come at all

/** A result of the work; the other two mean that the process has ended. */
export type Outcome<Result> = Result | { readonly kind: 'timed out' } | { readonly kind: 'ended' };

export interface WorkerProcess<Options, Result> {
  readonly pid: number | undefined;
  readonly ended: boolean;
  /** Never rejects. Work that takes longer than the limit takes the process with it. */
  run(bytes: Uint8Array, options: Options, limitMs: number): Promise<Outcome<Result>>;
  kill(): void;
}

/** Announced over IPC; its bytes follow on standard input, where nobody copies them. */
interface Order<Options> {
  readonly id: number;
  readonly length: number;
  readonly options: Options;
}
type Answer<Result> = 'ready' | { readonly id: number; readonly result: Result };

/**
 * Resolves when the worker is ready for its first order.
 *
 * @param file calls {@link serveOrders}.
 * @param environment all that it gets of one, but for the compile cache.
 * @param onEnd called once when the process has ended, whoever ended it.
 */
export async function startWorkerProcess<Options, Result extends { readonly kind: string }>(
  file: URL,
  {
    args = [],
    environment = {},
    onEnd,
  }: {
    args?: readonly string[];
    environment?: Readonly<Record<string, string>>;
    onEnd?: ((cause: Error) => void) | undefined;
  } = {},
): Promise<WorkerProcess<Options, Result>> {
  const compileCache = process.env['NODE_COMPILE_CACHE'];
  const child = fork(file, args, {
    serialization: 'advanced', // bytes stay bytes
    execArgv: [], // the parent's flags (a test runner's, for instance) are not the child's
    // No secret of the parent's.
    env: {
      ...environment,
      ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }),
    },
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  });
  const inHand = new Map<number, (outcome: Outcome<Result>) => void>();
  const ready = Promise.withResolvers<undefined>();
  let nextId = 0;
  let ended = false;

  const kill = () => {
    ended = true; // from now on: what is sent to a dying process is lost
    child.kill('SIGKILL');
  };
  const end = (cause: Error) => {
    ended = true;
    ready.reject(cause);
    for (const settle of inHand.values()) settle({ kind: 'ended' });
  };
  child.on('error', end);
  child.stdin?.on('error', () => undefined); // written to a process that has died: its exit says it
  child.once('exit', (code, signal) => {
    const cause = new Error(`child process ended: ${signal ?? code}`);
    end(cause);
    onEnd?.(cause);
  });
  child.on('message', (answer: Answer<Result>) => {
    if (answer === 'ready') ready.resolve(undefined);
    else inHand.get(answer.id)?.(answer.result);
  });
  const late = setTimeout(kill, startLimitMs);
  await ready.promise.finally(() => {
    clearTimeout(late);
  });

  return {
    pid: child.pid,
    get ended() {
      return ended;
    },
    run(bytes, options, limitMs) {
      if (ended) return Promise.resolve({ kind: 'ended' });
      const { promise, resolve } = Promise.withResolvers<Outcome<Result>>();
      const id = nextId++;
      const settle = (outcome: Outcome<Result>) => {
        clearTimeout(timer);
        inHand.delete(id);
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        // After a standstill the answer may lie in the pipe already: it is read first.
        setImmediate(() => {
          if (!inHand.has(id)) return;
          settle({ kind: 'timed out' });
          kill();
        });
      }, limitMs);
      inHand.set(id, settle);
      child.send({ id, length: bytes.length, options } satisfies Order<Options>);
      child.stdin?.write(bytes);
      return promise;
    },
    kill,
  };
}

/** The worker's side. It keeps nothing between orders; work that rejects ends the process. */
export function serveOrders(work: (bytes: Buffer, options: never) => Promise<unknown>): void {
  const send = (answer: Answer<unknown>) => process.send?.(answer);
  // Whoever stops the parent stops this process last, by leaving; Ctrl-C in a terminal reaches both.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  // At once: an ordinary exit would wait for the native code.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

  let previous: Promise<unknown> = Promise.resolve();
  process.on('message', ({ id, length, options }: Order<never>) => {
    previous = previous.then(async () => {
      const bytes = await readInput(length);
      void work(bytes, options).then((result) => send({ id, result }));
    });
  });
  send('ready');
}

const readInto = promisify(read);

/** Straight into the buffer that the work gets. */
async function readInput(length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await readInto(0, bytes, filled, length - filled, null);
    if (bytesRead === 0) throw new Error('standard input closed: the parent process has exited');
    filled += bytesRead;
  }
  return bytes;
}
