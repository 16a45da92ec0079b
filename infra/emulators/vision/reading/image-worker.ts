// The process that reads images. In: an image, and what to look for. Out: what is seen, or why it cannot be read.
import { serveOrders } from '../../../../platform/worker-process.ts';
import { lookAtImage } from './look-at-image.ts';
import { loadTextEngine } from './read-text.ts';
import { chooseReadingPlan, type ReadingSettings } from './reading-plans.ts';
import { hasV6Models } from './text-models.ts';
import { UnreadableImageError, type Look, type SeenImage } from './seen-image.ts';

export type Reading =
  | { readonly kind: 'seen'; readonly image: SeenImage }
  | { readonly kind: 'unreadable'; readonly message: string };

const { threads, effort, models } = JSON.parse(process.argv[2] ?? '') as ReadingSettings;
const plan = chooseReadingPlan(effort, hasV6Models(models));
const engine = await loadTextEngine({ threads, plan, models });
serveOrders(async (bytes, look: Look): Promise<Reading> => {
  try {
    return { kind: 'seen', image: await lookAtImage(engine, bytes, look) };
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error; // a bug ends the process
    return { kind: 'unreadable', message: error.message };
  }
});
