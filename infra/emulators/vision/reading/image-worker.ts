// The thread that looks. In: bytes of an image. Out: what is seen, or why it cannot be read.
import { parentPort, workerData } from 'node:worker_threads';
import { lookAtImage } from './look-at-image.ts';
import { loadTextEngine } from './read-text.ts';
import { UnreadableImageError, type Look, type SeenImage } from './seen-image.ts';

export interface WorkerTask {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly look: Look;
}
export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'seen'; readonly id: number; readonly image: SeenImage }
  | { readonly kind: 'unreadable'; readonly id: number; readonly message: string };

if (parentPort === null) throw new Error('image-worker.ts runs as a worker thread only');
const port = parentPort;
const answer = (message: WorkerAnswer) => {
  port.postMessage(message);
};

const engine = await loadTextEngine((workerData as { threads: number }).threads);
port.on('message', (task: WorkerTask) => {
  // any other fault ends the thread, and with it the process: it would be ours, not the image's
  void look(task);
});
answer({ kind: 'ready' });

async function look({ id, bytes, look }: WorkerTask): Promise<void> {
  try {
    answer({ kind: 'seen', id, image: await lookAtImage(engine, bytes, look) });
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error;
    answer({ kind: 'unreadable', id, message: error.message });
  }
}
