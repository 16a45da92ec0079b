// Photos are decoded in a process of their own. A decode inside libvips can be neither timed out nor
// survived when it goes wrong: a valid JPEG of 700 kB can keep it busy for minutes.
import { Semaphore } from 'async-mutex';
import type { Logger } from '../../../platform/logger.ts';
import type { Problem } from '../../../platform/http/problem.ts';
import { startWorkerProcess } from '../../../platform/worker-process.ts';
import { longestPreviewSide } from '../../../contracts/photos.ts';
import { recognitionProblem, type RetryBudget } from '../failures/recognition-problem.ts';
import type { DecoderProcess } from './decoder-process.ts';
import type { NormalisedImage } from './normalise-image.ts';

const decodesAtOnce = 2;
const decodeLimitMs = 10_000;
const behindPhotos = -1; // photos wait with priority 0
/** Bytes: smaller than what encoding again would save. */
const smallPreview = 300_000;

export interface Decoder {
  /**
   * At most two photos are decoded at once, one above 25 MP alone.
   *
   * @throws {Problem} IMAGE_UNSUPPORTED, IMAGE_UNREADABLE, IMAGE_TOO_LARGE: final. BUSY: try again;
   *   also for the first time that a photo takes too long or ends the decoder, which uses up its retry budget.
   */
  normalise(bytes: Buffer, retryBudget: RetryBudget): Promise<NormalisedImage>;
  /**
   * The preview of a photo as {@link Decoder.normalise} gave it, when no photo waits.
   *
   * @throws {Error} it takes too long, or the process ends.
   */
  preview(image: NormalisedImage): Promise<Buffer>;
  /** Ends the process. What is in hand is answered BUSY. */
  stop(): Promise<void>;
}

export const startDecoderProcess = (): Promise<DecoderProcess> =>
  startWorkerProcess(new URL('./decoder-process.ts', import.meta.url));

/** Resolves when photos can be decoded; rejects when they never could. */
export async function startDecoder(deps: {
  logger: Logger;
  limitMs?: number;
  start?: () => Promise<DecoderProcess>;
}): Promise<Decoder> {
  const { logger, limitMs = decodeLimitMs, start = startDecoderProcess } = deps;
  const slots = new Semaphore(decodesAtOnce); // first come, first served, whatever the weight
  let stopped = false;
  let running = start();
  await running;

  /** The process that runs, or a new one in place of one that has ended. */
  async function findProcess(): Promise<DecoderProcess> {
    const known = running;
    const decoder = await known.catch(() => undefined);
    const ended = decoder === undefined || decoder.ended;
    if (ended && running === known && !stopped) running = start();
    return running;
  }

  async function decode(bytes: Buffer, alone: boolean) {
    let decoder: DecoderProcess;
    try {
      decoder = await findProcess();
    } catch (error) {
      logger.error({ err: error }, 'decoder process not started');
      throw recognitionProblem('BUSY', {
        cause: error,
        detail: 'the decoder process cannot be started',
      });
    }
    return decoder.run(bytes, { alone }, limitMs);
  }

  return {
    async normalise(bytes, retryBudget) {
      for (let alone = false; ; alone = true) {
        const weight = alone ? decodesAtOnce : 1;
        const decoded = await slots.runExclusive(() => decode(bytes, alone), weight);
        switch (decoded.kind) {
          case 'normalised':
            return decoded.image;
          case 'unchanged':
            return { jpeg: bytes, width: decoded.width, height: decoded.height };
          case 'invalid':
            throw recognitionProblem(decoded.code, {
              cause: new Error(decoded.cause),
              detail: decoded.detail,
            });
          case 'timed out':
            throw retryOnce(
              retryBudget,
              'IMAGE_TOO_LARGE',
              `decoding took longer than ${limitMs} ms`,
            );
          case 'ended':
            if (stopped)
              throw recognitionProblem('BUSY', { detail: 'the vision adapter is stopping' });
            // Another photo may have caused it: decoded alone, this one shows.
            if (alone)
              throw retryOnce(retryBudget, 'IMAGE_UNREADABLE', 'the photo crashed the decoder');
            break;
          case 'large':
          case 'preview':
            break;
        }
      }
    },
    async preview({ jpeg, width, height }) {
      const isSmall = jpeg.length <= smallPreview && Math.max(width, height) <= longestPreviewSide;
      if (isSmall) return jpeg; // it is one already
      const made = await slots.runExclusive(
        async () => (await findProcess()).run(jpeg, { alone: false, preview: true }, limitMs),
        1,
        behindPhotos,
      );
      if (made.kind === 'preview') return made.jpeg;
      throw new Error(`no preview: decoder answered ${made.kind}`);
    },
    async stop() {
      stopped = true;
      const decoder = await running.catch(() => undefined); // it never ran
      decoder?.kill();
    },
  };
}

/** A machine that pauses for a moment does the same to a valid photo, but hardly twice. */
function retryOnce(
  retryBudget: RetryBudget,
  code: 'IMAGE_TOO_LARGE' | 'IMAGE_UNREADABLE',
  detail: string,
): Problem {
  if (retryBudget.used) return recognitionProblem(code, { detail });
  retryBudget.used = true;
  return recognitionProblem('BUSY', { detail: `${detail}: try again once` });
}
