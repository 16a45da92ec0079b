import { describeText } from './describe-text.ts';
import type { ImageReader } from './reading/image-reader.ts';
import { UnreadableImageError, type SeenImage } from './reading/seen-image.ts';
import type { AnnotateBatch } from './serve-vision.ts';
import {
  VisionCallError,
  codes,
  vision,
  type ImageRequest,
  type ImageResponse,
} from './vision-protocol.ts';

const maximumImages = 16;

const { TEXT_DETECTION, DOCUMENT_TEXT_DETECTION } = vision.Feature.Type;
const IMAGE_PROPERTIES: number = vision.Feature.Type.IMAGE_PROPERTIES;
const textFeatures: readonly number[] = [TEXT_DETECTION, DOCUMENT_TEXT_DETECTION];
const answered: readonly number[] = [...textFeatures, IMAGE_PROPERTIES];

/**
 * BatchAnnotateImages over what can be seen here: text and colours. Whatever else is asked for is
 * named in an error of code 12 beside the real annotations. Nothing is made up, nothing is fetched.
 */
export function createAnnotateImages(reader: Pick<ImageReader, 'room' | 'look'>): AnnotateBatch {
  return async (request, signal) => {
    const images = request.requests ?? [];
    if (images.length > maximumImages)
      throw new VisionCallError(
        codes.INVALID_ARGUMENT,
        `Too many images per request: ${images.length}, the limit is ${maximumImages}.`,
      );
    if (images.length > reader.room)
      throw new VisionCallError(
        codes.RESOURCE_EXHAUSTED,
        'local-vision queue is full: retry later',
      );
    return {
      responses: await Promise.all(images.map((image) => annotateImage(reader, image, signal))),
    };
  };
}

async function annotateImage(
  reader: Pick<ImageReader, 'look'>,
  request: ImageRequest,
  signal: AbortSignal,
): Promise<ImageResponse> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return { error: refusal };

  const asked = [...new Set((request.features ?? []).map((feature) => Number(feature.type ?? 0)))];
  const look = {
    text: asked.some((type) => textFeatures.includes(type)),
    colors: asked.includes(IMAGE_PROPERTIES),
  };
  const unanswered = asked.filter((type) => !answered.includes(type));
  try {
    const seen = await reader.look(contentOf(request), look, signal);
    return {
      ...describeText(seen),
      ...(look.colors
        ? { imagePropertiesAnnotation: { dominantColors: { colors: colorsOf(seen, request) } } }
        : {}),
      ...(unanswered.length > 0 ? { error: unimplemented(unanswered) } : {}),
    };
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error;
    return { error: { code: codes.INVALID_ARGUMENT, message: error.message } };
  }
}

/** `maxResults` counts here; for text the protocol says that it does not. */
function colorsOf({ colors }: SeenImage, { features }: ImageRequest) {
  const asked = features?.find((feature) => Number(feature.type) === IMAGE_PROPERTIES);
  return colors.slice(0, asked?.maxResults || undefined);
}

/** What Vision says before it looks at a pixel, in its order and its words. */
function refusalOf(request: ImageRequest): { code: number; message: string } | undefined {
  const content = contentOf(request);
  const { imageUri, gcsImageUri } = request.image?.source ?? {};
  const uri = imageUri || gcsImageUri || undefined;
  if ((content.length === 0 && uri === undefined) || (request.features ?? []).length === 0)
    return invalid('Request must specify image and features.');
  if (content.length > 0 && uri !== undefined)
    return invalid('Only one of image content and uri should be specified.');
  if (uri?.startsWith('gs://'))
    return { code: codes.PERMISSION_DENIED, message: `Error opening file: ${uri}` };
  if (uri !== undefined)
    return invalid(
      'The URL does not appear to be accessible by us. Please double check or download the content and pass it in.',
    );
  return undefined;
}

const invalid = (message: string) => ({ code: codes.INVALID_ARGUMENT, message });

function contentOf(request: ImageRequest): Uint8Array {
  const content = request.image?.content ?? new Uint8Array();
  return typeof content === 'string' ? Buffer.from(content, 'base64') : content;
}

const unimplemented = (types: readonly number[]) => ({
  code: codes.UNIMPLEMENTED,
  message: `local vision cannot answer: ${types.map((type) => vision.Feature.Type[type] ?? type).join(', ')}`,
});
