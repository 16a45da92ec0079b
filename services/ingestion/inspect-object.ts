import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { readHeifBrands } from '../../contracts/photos.ts';

/** What the bytes are, whatever was declared. */
export interface InspectedObject {
  readonly bytes: number;
  /** `sha256:` and 64 hex digits over the whole object. */
  readonly checksum: string;
  /** Media type by magic bytes; `text/plain` for what reads as text; undefined: none of these. */
  readonly mediaType: string | undefined;
}

export const headBytes = 4_100; // what file-type asks for

/** Reads the object once, in memory no more than its head. The caller has bounded its size. */
export async function inspectObject(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<InspectedObject> {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    if (bytes < headBytes) head.push(chunk.subarray(0, headBytes - bytes));
    bytes += chunk.length;
    hash.update(chunk);
  }
  return {
    bytes,
    checksum: `sha256:${hash.digest('hex')}`,
    mediaType: await mediaTypeOf(Buffer.concat(head)),
  };
}

/** SVG and plain text have no magic bytes of their own, so they are looked for in the text. */
async function mediaTypeOf(head: Buffer): Promise<string | undefined> {
  const heif = readHeifBrands(head);
  if (heif === 'sequence') return 'image/heif-sequence';
  if (heif !== undefined) return heif;
  const found = (await fileTypeFromBuffer(head))?.mime;
  if (found === 'image/apng') return 'image/png'; // its first picture is what any PNG reader shows
  if (found !== undefined && found !== 'application/xml') return found;
  const text = textOf(head);
  if (text === undefined) return found;
  if (/<svg[\s>]/i.test(text)) return 'image/svg+xml';
  return found ?? 'text/plain';
}

function textOf(head: Buffer): string | undefined {
  try {
    // `stream`: a character that the cut runs through is no fault
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // eslint-disable-next-line no-control-regex -- a control character is what tells data from text
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined; // not UTF-8
    throw error;
  }
}
