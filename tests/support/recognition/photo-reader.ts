// A photo as the adapter sees it: checked and made upright by its own code, read by the Vision service at
// VISION_ENDPOINT, or without one by local-vision's own reader in this process.
import protos from '@google-cloud/vision/build/protos/protos.js';
import { pick } from '../../../contracts/settings.ts';
import { createAnnotateImages } from '../../../infra/emulators/vision/annotate-images.ts';
import { startImageReader } from '../../../infra/emulators/vision/reading/image-reader.ts';
import type { ReadingSettings } from '../../../infra/emulators/vision/reading/reading-plans.ts';
import { ocrModelsFolder } from '../../../infra/native/install/ocr-models.ts';
import { readConfig } from '../../../platform/config.ts';
import { asDecoded } from './response-builder.ts';
import { createAnnotateImage } from '../../../services/vision-adapter/vision/annotate-image.ts';
import { readFeatures } from '../../../services/vision-adapter/vision/features.ts';
import {
  guardDecoder,
  inspectImage,
  normalise,
} from '../../../services/vision-adapter/photo/normalise-image.ts';
import {
  connectVision,
  type AnnotateImageResponse,
  type VisionClient,
} from '../../../services/vision-adapter/vision/vision-client.ts';

const { BatchAnnotateImagesRequest } = protos.google.cloud.vision.v1;

export interface PhotoReader {
  /** Who reads. */
  readonly provider: string;
  /** @throws {InvalidImageError} not an image, too large. @throws {Problem} refused by Vision ... */
  read(photo: Buffer): Promise<AnnotateImageResponse>;
  stop(): Promise<void>;
}

export const localVision = 'local-vision';

export async function startPhotoReader(): Promise<PhotoReader> {
  const config = readConfig(
    pick(
      'VISION_ENDPOINT',
      'VISION_PLAINTEXT',
      'VISION_FEATURES',
      'VISION_MAX_RESULTS',
      'VISION_TIMEOUT',
      'LOCAL_VISION_THREADS',
      'LOCAL_VISION_EFFORT',
      'LOCAL_VISION_MODELS',
    ),
  );
  const endpoint = config.VISION_ENDPOINT;
  const vision =
    endpoint === undefined
      ? await startLocalVision({
          threads: config.LOCAL_VISION_THREADS,
          effort: config.LOCAL_VISION_EFFORT,
          models: config.LOCAL_VISION_MODELS ?? ocrModelsFolder(),
        })
      : await connectVision({ endpoint, plaintext: config.VISION_PLAINTEXT });
  const annotate = createAnnotateImage(vision, {
    features: readFeatures(config.VISION_FEATURES),
    maxResults: config.VISION_MAX_RESULTS,
    timeoutMs: config.VISION_TIMEOUT,
  });
  return {
    provider: endpoint ?? localVision,
    async read(photo) {
      guardDecoder(); // each time: drawing in between unblocks what it blocks
      await inspectImage(photo);
      const { jpeg } = await normalise(photo);
      return (await annotate(jpeg, { used: true })).response;
    },
    stop: () => vision.close(),
  };
}

/** local-vision without its port: the same request, reader and answer, through Vision's own codecs. */
async function startLocalVision(reading: ReadingSettings): Promise<VisionClient> {
  const reader = await startImageReader({
    queue: 1,
    reading,
    onFault: (error) => {
      throw error;
    },
  });
  const annotate = createAnnotateImages(reader);
  return {
    async batchAnnotateImages(request, { timeout }) {
      const asked = BatchAnnotateImagesRequest.fromObject({ ...request });
      const { responses } = await annotate(asked, AbortSignal.timeout(timeout));
      return [{ responses: responses.map(asDecoded) }];
    },
    close: () => reader.stop(),
  };
}
