import DataLoader from 'dataloader';
import { getUrlsAnswerSchema } from '../../contracts/rest.ts';
import type { Photo } from '../../contracts/schema.generated.ts';
import type { RestClient } from '../../platform/http/rest-client.ts';

/** By the object key of an analysis that the caller may see. */
export type PhotoLoader = DataLoader<string, Photo | null>;

const photosAtOnce = 100;
const timeoutMs = 5_000;

/** Of one request: all its photos are asked for in one call, a hundred at a time. */
export const createPhotoLoader = (mediaAccess: RestClient): PhotoLoader =>
  new DataLoader(
    async (objectKeys) => {
      const { photos } = await mediaAccess.call({
        method: 'POST',
        path: '/internal/v0/media/get-urls',
        body: { objectKeys },
        answer: getUrlsAnswerSchema,
        timeoutMs,
      });
      return objectKeys.map((_, at) => photos[at] ?? null);
    },
    { maxBatchSize: photosAtOnce },
  );
