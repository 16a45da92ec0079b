// The process that reads images. In: an image, and what to look for. Out: what is seen, or why it cannot be read.
import { serveOrders } from '../../../../platform/worker-process.ts';
import { lookAtImage } from './look-at-image.ts';
import { loadTextEngine } from './read-text.ts';
import { UnreadableImageError, type Look, type SeenImage } from './seen-image.ts';

export type Reading =
  | { readonly kind: 'seen'; readonly image: SeenImage }
  | { readonly kind: 'unreadable'; readonly message: string };

const engine = await loadTextEngine(Number(process.argv[2]));
serveOrders(async (bytes, look: Look): Promise<Reading> => {
  try {
    return { kind: 'seen', image: await lookAtImage(engine, bytes, look) };
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error; // a bug ends the process
    return { kind: 'unreadable', message: error.message };
  }
});
