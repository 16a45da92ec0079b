// The process that decodes, started by decoder-link.ts. In: photos on standard input. Out: each written anew,
// or why not, over IPC. It keeps nothing, so it may be killed at any moment.
import { Socket } from 'node:net';
import { readTasks } from './decode-task.ts';
import {
  guardDecoder,
  inspectImage,
  InvalidImageError,
  reencode,
  type NormalisedImage,
  type InvalidImageCode,
} from './normalise-image.ts';

export type Decoded =
  | { readonly kind: 'normalised'; readonly image: NormalisedImage }
  | {
      readonly kind: 'invalid';
      readonly code: InvalidImageCode;
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
const read = readTasks(({ id, bytes, alone }) => {
  void decode(bytes, alone).then((decoded) => tell({ kind: 'decoded', id, decoded }));
});
const buffer = Buffer.alloc(256 * 1024); // one for all pieces, not a new one for each
new Socket({
  fd: 0,
  onread: {
    buffer,
    callback(length) {
      read(buffer.subarray(0, length));
      return true;
    },
  },
});
tell({ kind: 'ready' });

async function decode(bytes: Buffer, alone: boolean): Promise<Decoded> {
  try {
    const { large } = await inspectImage(bytes);
    if (large && !alone) return { kind: 'large' };
    return { kind: 'normalised', image: await reencode(bytes) };
  } catch (error) {
    if (!(error instanceof InvalidImageError)) throw error; // a fault of ours ends the process
    return { kind: 'invalid', code: error.code, detail: error.detail, cause: error.message };
  }
}
