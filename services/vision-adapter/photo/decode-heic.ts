// HEIC, as telephones write it: pictures of HEVC in the container of ISO 23008-12, which sharp's libvips does
// not decode. libheif does, as WebAssembly: what a hostile file breaks stays inside an instance of its own.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import libheifExports, { type MainModule } from 'libheif-js/libheif-wasm/libheif.js';

/** Why a HEIC cannot be decoded. Without a detail the code says it; the message is the decoder's. */
export class HeicError extends Error {
  override readonly name = 'HeicError';
  readonly code: 'IMAGE_UNSUPPORTED' | 'IMAGE_UNREADABLE' | 'IMAGE_TOO_LARGE';
  readonly detail: string | undefined;

  constructor(code: HeicError['code'], message: string, detail?: string) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** The module itself is the function; its types call it `default`. */
const createLibheif = libheifExports as unknown as typeof libheifExports.default;

interface Heic {
  /** As it is shown: turned, mirrored and cropped as the container says. What EXIF says does not count there. */
  readonly width: number;
  readonly height: number;
  /** 8 bits of RGB, row by row; deeper colours are reduced. @throws {HeicError} */
  decode(): { readonly data: Uint8Array; readonly width: number; readonly height: number };
}

/** Twice what the largest picture that is allowed needs. */
const maximumMemoryBytes = 700e6;

const wasmFile = import.meta.resolve('libheif-js/libheif-wasm/libheif.wasm');
let compiled: WebAssembly.Module | undefined; // with the first HEIC: most photos are none

/**
 * The primary picture of a file. Thumbnails, depth maps and further pictures are not looked at. Everything is
 * synchronous and keeps its thread busy: about 80 ms for each million pixels.
 *
 * @throws {HeicError}
 */
export function openHeic(bytes: Uint8Array): Heic {
  return orHeicError(() => {
    const libheif = startLibheif();
    const context = libheif.heif_context_alloc();
    const read = libheif.heif_context_read_from_memory(context, bytes) as Answer;
    assertGood(libheif, read);
    const handle = libheif.heif_js_context_get_primary_image_handle(context) as Answer;
    assertGood(libheif, handle);
    return {
      width: libheif.heif_image_handle_get_width(handle as never),
      height: libheif.heif_image_handle_get_height(handle as never),
      decode: () => orHeicError(() => decodeHandle(libheif, handle)),
    };
  });
}

/** An instance for each file: its memory goes with it, and so does what a broken file leaves behind. */
function startLibheif(): MainModule {
  compiled ??= new WebAssembly.Module(readFileSync(fileURLToPath(wasmFile)));
  const module = compiled;
  return createLibheif({
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      for (const exported of Object.values(instance.exports))
        if (exported instanceof WebAssembly.Memory) limitGrowth(exported);
      done(instance);
      return instance.exports;
    },
    print: () => undefined,
    printErr: () => undefined,
  });
}

/** A file may ask for more than it says: libheif then sees an allocation that fails. */
function limitGrowth(memory: WebAssembly.Memory): void {
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * 65_536 > maximumMemoryBytes)
      throw new RangeError('out of memory');
    return grow(pages);
  };
}

/** What embind returns: a value, or what libheif calls an error. */
interface Answer {
  readonly code?: unknown;
  readonly subcode?: unknown;
  readonly message?: string;
}

interface DecodedImage extends Answer {
  readonly channels?: readonly {
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly data: Uint8Array;
  }[];
}

function decodeHandle(libheif: MainModule, handle: Answer) {
  const decoded = libheif.heif_js_decode_image2(
    handle as never,
    libheif.heif_colorspace.heif_colorspace_RGB,
    libheif.heif_chroma.heif_chroma_interleaved_RGB,
  ) as DecodedImage;
  assertGood(libheif, decoded);
  const [picture] = decoded.channels ?? [];
  if (picture === undefined) throw new HeicError('IMAGE_UNREADABLE', 'no picture was decoded');
  const { width, height, stride, data } = picture;
  return { width, height, data: stride === width * 3 ? data : withoutPadding(picture) };
}

function withoutPadding({ width, height, stride, data }: Required<DecodedImage>['channels'][0]) {
  const rows = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row += 1)
    rows.set(data.subarray(row * stride, row * stride + width * 3), row * width * 3);
  return rows;
}

function assertGood(libheif: MainModule, answer: Answer | undefined): void {
  if (answer === undefined) throw new HeicError('IMAGE_UNREADABLE', 'libheif returned nothing');
  const { code, subcode, message = 'libheif failed' } = answer;
  const { heif_error_code: codes, heif_suberror_code: subcodes } = libheif;
  if (code === undefined || code === codes.heif_error_Ok) return;
  if (
    code === codes.heif_error_Memory_allocation_error ||
    subcode === subcodes.heif_suberror_Security_limit_exceeded
  )
    throw new HeicError('IMAGE_TOO_LARGE', message, 'decoding it takes more than is allowed');
  if (
    code === codes.heif_error_Unsupported_feature ||
    code === codes.heif_error_Unsupported_filetype
  )
    throw new HeicError(
      'IMAGE_UNSUPPORTED',
      message,
      'this kind of HEIF is not supported: save it as JPEG',
    );
  throw new HeicError('IMAGE_UNREADABLE', message);
}

/** WebAssembly ends what goes wrong inside with errors of its own. */
function orHeicError<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof HeicError) throw error;
    if (error instanceof RangeError && error.message === 'out of memory')
      throw new HeicError('IMAGE_TOO_LARGE', error.message);
    throw new HeicError(
      'IMAGE_UNREADABLE',
      error instanceof Error ? error.message : 'libheif aborted',
    );
  }
}
