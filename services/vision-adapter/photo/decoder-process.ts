// The process that decodes. In: photos. Out: each as it may go to Vision, or why not.
import { serveOrders, type WorkerProcess } from '../../../platform/worker-process.ts';
import {
  guardDecoder,
  inspectImage,
  InvalidImageError,
  makePreview,
  normalise,
  type InvalidImageCode,
  type NormalisedImage,
} from './normalise-image.ts';

type Decoded =
  | { readonly kind: 'normalised'; readonly image: NormalisedImage }
  /** The photo may go to Vision as it is: it is not sent back. */
  | { readonly kind: 'unchanged'; readonly width: number; readonly height: number }
  | {
      readonly kind: 'invalid';
      readonly code: InvalidImageCode;
      readonly detail: string | undefined;
      /** The decoder's own words, for the log. */
      readonly cause: string;
    }
  /** Nothing was decoded: the photo wants to be alone. */
  | { readonly kind: 'large' }
  | { readonly kind: 'preview'; readonly jpeg: Buffer };

interface DecodeOptions {
  /** No other photo is being decoded. */
  readonly alone: boolean;
  /** The bytes are a normalised photo, of which the preview is wanted. */
  readonly preview?: true;
}

export type DecoderProcess = WorkerProcess<DecodeOptions, Decoded>;

guardDecoder();
serveOrders(async (bytes, { alone, preview }: DecodeOptions): Promise<Decoded> => {
  try {
    if (preview) return { kind: 'preview', jpeg: await makePreview(bytes) };
    const { large } = await inspectImage(bytes);
    if (large && !alone) return { kind: 'large' };
    const image = await normalise(bytes);
    if (image.jpeg !== bytes) return { kind: 'normalised', image };
    return { kind: 'unchanged', width: image.width, height: image.height };
  } catch (error) {
    if (!(error instanceof InvalidImageError)) throw error; // a bug ends the process
    return { kind: 'invalid', code: error.code, detail: error.detail, cause: error.message };
  }
});
