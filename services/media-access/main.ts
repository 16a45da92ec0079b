// tu-media-access-service, step 10. In: /internal/v0/media/get-url, get-urls, put-preview-url. Out: presigned
// URLs.
import { pick, processSettings, storeKeyOf } from '../../contracts/settings.ts';
import { connectObjectStore } from '../../platform/object-store/object-store.ts';
import { createPresignPut } from '../../platform/object-store/presign-put.ts';
import { runService } from '../../platform/service.ts';
import { createApp } from './app.ts';

const name = 'tu-media-access-service';

runService({
  name,
  settings: processSettings(
    name,
    ...(['INTERNAL_TOKEN', 'S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT', 'S3_REGION', 'S3_BUCKET'] as const),
  ),
  secrets: pick(
    ...(['S3_MEDIA_ACCESS_KEY', 'S3_MEDIA_SECRET_KEY'] as const),
    ...(['S3_PREVIEW_ACCESS_KEY', 'S3_PREVIEW_SECRET_KEY'] as const),
  ),
  start({ config, secrets }) {
    const connect = (endpoint: string) =>
      connectObjectStore({
        endpoint,
        region: config.S3_REGION,
        bucket: config.S3_BUCKET,
        key: () => storeKeyOf(secrets.current(), 'MEDIA'),
      });
    const store = connect(config.S3_ENDPOINT);
    const publicStore = connect(config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT); // signs, asks nothing
    const presignPreview = createPresignPut({
      endpoint: config.S3_ENDPOINT,
      region: config.S3_REGION,
      bucket: config.S3_BUCKET,
      key: () => storeKeyOf(secrets.current(), 'PREVIEW'),
    });
    return {
      // Shared, not required: while the store is unavailable the answer is 503, and taking every
      // replica out of service at once would tell callers less.
      checks: { shared: { 'object-store': () => store.probe() } },
      app: (deps) =>
        createApp({
          ...deps,
          store,
          presignPublicGet: (...photo) => publicStore.presignGet(...photo),
          presignPreview,
          internalToken: config.INTERNAL_TOKEN,
        }),
      stop: [
        { name: 'object store', stop: () => store.close() },
        { name: 'public object store', stop: () => publicStore.close() },
      ],
    };
  },
});
