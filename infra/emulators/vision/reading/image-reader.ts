import { Mutex } from 'async-mutex';
import { startWorkerProcess, type WorkerProcess } from '../../../../platform/worker-process.ts';
import type { Reading } from './image-worker.ts';
import type { ReadingSettings } from './reading-plans.ts';
import { UnreadableImageError, type Look, type SeenImage } from './seen-image.ts';

/** Reads one image at a time; the rest waits in a bounded queue. */
export interface ImageReader {
  /** How many more images are taken now: those whose turn comes before their caller gives up. */
  readonly room: number;
  /** How many images wait, the one that is read included. */
  readonly waiting: number;
  /**
   * @throws {UnreadableImageError} the image cannot be read.
   * @throws the signal's reason, when it aborts before the image's turn comes; its place is free at once.
   */
  look(bytes: Uint8Array, look: Look, signal: AbortSignal): Promise<SeenImage>;
  stop(): Promise<void>;
}

/** No image takes this long, the slowest machine and the largest picture included. */
const readLimitMs = 60_000;

export type ReaderProcess = WorkerProcess<Look, Reading>;

export const startReaderProcess = (settings: ReadingSettings): Promise<ReaderProcess> =>
  startWorkerProcess(new URL('./image-worker.ts', import.meta.url), {
    args: [JSON.stringify(settings)],
    environment: { ORT_DISABLE_TELEMETRY: '1' }, // else onnxruntime reports to its maker, and writes to the home folder
  });

/**
 * Starts the worker process and resolves when its models are loaded. One process for all images: two
 * inferences side by side on two cores gain nothing, and the event loop stays free. An image that ends the
 * process, or takes too long, is unreadable; the next one is read by another process.
 *
 * @param onFault called when no other process can be started.
 */
export async function startImageReader(options: {
  queue: number;
  reading: ReadingSettings;
  onFault: (error: Error) => void;
  limitMs?: number;
  start?: (settings: ReadingSettings) => Promise<ReaderProcess>;
  /** The longest that an image should wait for its turn, by the time that those before it took. */
  waitLimitMs?: number;
}): Promise<ImageReader> {
  const { queue, reading, onFault, limitMs = readLimitMs, start = startReaderProcess } = options;
  const { waitLimitMs = Number.POSITIVE_INFINITY } = options;
  const turns = new Mutex();
  let waiting = 0;
  let usualMs = 0; // of one image, the last ones counting most
  let stopped = false;
  let worker = await start(reading);

  async function read(bytes: Uint8Array, look: Look): Promise<SeenImage> {
    if (worker.ended && !stopped) worker = await restart();
    if (stopped) worker.kill(); // stopped while another one was started
    const outcome = await worker.run(bytes, look, limitMs);
    switch (outcome.kind) {
      case 'seen':
        return outcome.image;
      case 'unreadable':
        throw new UnreadableImageError(outcome.message);
      case 'timed out':
      case 'ended':
        if (stopped) throw new Error('image reader stopped');
        throw new UnreadableImageError('Bad image data.', { cause: new Error(outcome.kind) });
    }
  }

  async function restart(): Promise<ReaderProcess> {
    try {
      return await start(reading);
    } catch (error) {
      onFault(error as Error);
      throw error;
    }
  }

  return {
    get room() {
      const inTime = usualMs === 0 ? queue : Math.max(1, Math.floor(waitLimitMs / usualMs));
      return waiting === 0 ? queue : Math.min(queue, inTime) - waiting;
    },
    get waiting() {
      return waiting;
    },
    async look(bytes, look, signal) {
      let leave = () => {
        waiting -= 1;
        leave = () => undefined;
      };
      const leaveEarly = () => {
        leave();
      };
      waiting += 1;
      signal.addEventListener('abort', leaveEarly);
      try {
        return await turns.runExclusive(async () => {
          signal.throwIfAborted();
          signal.removeEventListener('abort', leaveEarly); // what is read counts until it has been read
          const began = performance.now();
          const seen = await read(bytes, look);
          const took = performance.now() - began;
          usualMs = usualMs === 0 ? took : usualMs * 0.7 + took * 0.3;
          return seen;
        });
      } finally {
        signal.removeEventListener('abort', leaveEarly);
        leave();
      }
    },
    stop() {
      stopped = true;
      worker.kill();
      return Promise.resolve();
    },
  };
}
