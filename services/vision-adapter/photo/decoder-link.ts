import { fork } from 'node:child_process';
import { headOf } from './decode-task.ts';
import type { Decoded, DecoderMessage } from './decoder-process.ts';

const startLimitMs = 60_000; // starved of processors it takes long; it must come at all

/** What becomes of one photo; the last two mean that the process is gone. */
export type Decoding = Decoded | { readonly kind: 'too slow' } | { readonly kind: 'ended' };

export interface DecoderProcess {
  readonly pid: number | undefined;
  readonly ended: boolean;
  /** Never rejects. A photo that takes longer than the limit takes the process with it. */
  decode(bytes: Buffer, how: { alone: boolean; limitMs: number }): Promise<Decoding>;
  kill(): void;
}

/** Resolves when it is ready for the first photo. */
export async function startDecoderProcess(): Promise<DecoderProcess> {
  const compileCache = process.env['NODE_COMPILE_CACHE'];
  const child = fork(new URL('./decoder-process.ts', import.meta.url), {
    serialization: 'advanced', // bytes stay bytes
    execArgv: [], // the parent's flags (a test runner's, for instance) are not the child's
    env: compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }, // no secret of the parent's
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  });
  const inHand = new Map<number, (decoding: Decoding) => void>();
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
    inHand.clear();
  };
  child.on('error', end);
  child.stdin?.on('error', () => undefined); // written to a process that has died: its exit says it
  child.once('exit', (code, signal) => {
    end(new Error(`the decoder process ended with ${signal ?? code}`));
  });
  child.on('message', (message: DecoderMessage) => {
    if (message.kind === 'ready') ready.resolve(undefined);
    else inHand.get(message.id)?.(message.decoded);
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
    decode(bytes, { alone, limitMs }) {
      const { promise, resolve } = Promise.withResolvers<Decoding>();
      if (ended) return Promise.resolve({ kind: 'ended' });
      const id = nextId++;
      const settle = (decoding: Decoding) => {
        clearTimeout(timer);
        inHand.delete(id);
        resolve(decoding);
      };
      const timer = setTimeout(() => {
        // After a standstill the answer may lie in the pipe already: it is read first.
        setImmediate(() => {
          if (!inHand.has(id)) return;
          settle({ kind: 'too slow' });
          kill();
        });
      }, limitMs);
      inHand.set(id, settle);
      child.stdin?.write(headOf({ id, alone, bytes }));
      child.stdin?.write(bytes);
      return promise;
    },
    kill,
  };
}
