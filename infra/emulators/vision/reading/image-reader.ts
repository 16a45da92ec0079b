import { Worker } from 'node:worker_threads';
import type { WorkerAnswer, WorkerTask } from './image-worker.ts';
import { UnreadableImageError, type Look, type SeenImage } from './seen-image.ts';

/** The eyes of the server: one image at a time, the rest waits in a bounded queue. */
export interface ImageReader {
  /** How many more images are taken now. */
  readonly room: number;
  /** How many images wait, the one under the lens included. */
  readonly waiting: number;
  /**
   * @throws {UnreadableImageError} the image cannot be read.
   * @throws the signal's reason, when it aborts before the image's turn comes.
   */
  look(bytes: Uint8Array, look: Look, signal: AbortSignal): Promise<SeenImage>;
  stop(): Promise<void>;
}

interface Task {
  readonly bytes: Uint8Array;
  readonly look: Look;
  readonly signal: AbortSignal;
  readonly seen: PromiseWithResolvers<SeenImage>;
}

/** No image takes this long, the slowest machine and the largest picture included. */
const lookLimitMs = 60_000;

/**
 * Starts the worker thread and resolves when its models are loaded. One thread for all images: two
 * inferences side by side on two cores gain nothing, and the event loop stays free.
 *
 * @param onFault called when the thread ends by itself, or hangs over one image (nothing can end a decode
 *   but the end of the process); what waits is rejected before.
 */
export async function startImageReader(options: {
  queue: number;
  threads: number;
  onFault: (error: Error) => void;
  limitMs?: number;
}): Promise<ImageReader> {
  const { limitMs = lookLimitMs } = options;
  const worker = new Worker(new URL('./image-worker.ts', import.meta.url), {
    workerData: { threads: options.threads },
    execArgv: [], // the parent's flags (a test runner's, for instance) are not the thread's
  });
  const waiting: Task[] = [];
  let current: (Task & { id: number }) | undefined;
  let nextId = 0;
  let stopped = false;
  let overdue: NodeJS.Timeout | undefined;

  const takeNext = () => {
    for (;;) {
      const task = waiting.shift();
      current = task && { ...task, id: nextId++ };
      if (current === undefined) return;
      if (!current.signal.aborted) break;
      current.seen.reject(current.signal.reason);
    }
    const { id, bytes, look } = current;
    overdue = setTimeout(() => {
      fail(new Error(`one image has been looked at for ${limitMs / 1000} s`));
    }, limitMs);
    worker.postMessage({ id, bytes, look } satisfies WorkerTask);
  };

  const ready = Promise.withResolvers<undefined>();
  worker.on('message', (message: WorkerAnswer) => {
    if (message.kind === 'ready') {
      ready.resolve(undefined);
      return;
    }
    if (message.id !== current?.id) return;
    clearTimeout(overdue);
    if (message.kind === 'seen') current.seen.resolve(message.image);
    else current.seen.reject(new UnreadableImageError(message.message));
    takeNext();
  });
  const fail = (error: Error) => {
    clearTimeout(overdue);
    ready.reject(error);
    for (const task of [...(current ? [current] : []), ...waiting.splice(0)])
      task.seen.reject(error);
    current = undefined;
    if (!stopped) options.onFault(error);
  };
  worker.once('error', fail);
  worker.once('exit', (code) => {
    fail(new Error(`the image worker ended with ${code}`));
  });
  await ready.promise;

  return {
    get room() {
      return options.queue - waiting.length - (current === undefined ? 0 : 1);
    },
    get waiting() {
      return waiting.length + (current === undefined ? 0 : 1);
    },
    look(bytes, look, signal) {
      const task = { bytes, look, signal, seen: Promise.withResolvers<SeenImage>() };
      waiting.push(task);
      if (current === undefined) takeNext();
      return task.seen.promise;
    },
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}
