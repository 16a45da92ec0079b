// The process that decodes, started by decoder.ts. In: bytes over IPC. Out: the photo written anew, or
// why not. It keeps nothing, so it may be killed at any moment.
import {
  guardDecoder,
  inspectImage,
  UnfitImageError,
  writeAnew,
  type NormalisedImage,
  type UnfitCode,
} from './normalise-image.ts';

export interface DecodeTask {
  readonly id: number;
  readonly bytes: Buffer;
  /** No other photo is being decoded. */
  readonly alone: boolean;
}

export type Decoded =
  | { readonly kind: 'normalised'; readonly image: NormalisedImage }
  | {
      readonly kind: 'unfit';
      readonly code: UnfitCode;
      readonly detail: string | undefined;
      /** The decoder's own words, for the log. */
      readonly cause: string;
    }
  /** Nothing was decoded: the photo wants to be alone. */
  | { readonly kind: 'large' };

export type DecoderMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'decoded'; readonly id: number; readonly decoded: Decoded };

const tell = (message: DecoderMessage) => process.send?.(message);

// Whoever stops the adapter stops this process last, by leaving; Ctrl-C in a terminal reaches both.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// At once: an ordinary exit would wait for what is being decoded.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

guardDecoder();
process.on('message', ({ id, bytes, alone }: DecodeTask) => {
  void decode(bytes, alone).then((decoded) => tell({ kind: 'decoded', id, decoded }));
});
tell({ kind: 'ready' });

async function decode(bytes: Buffer, alone: boolean): Promise<Decoded> {
  try {
    const { large } = await inspectImage(bytes);
    if (large && !alone) return { kind: 'large' };
    return { kind: 'normalised', image: await writeAnew(bytes) };
  } catch (error) {
    if (!(error instanceof UnfitImageError)) throw error; // a fault of ours ends the process
    return { kind: 'unfit', code: error.code, detail: error.detail, cause: error.message };
  }
}
