// tu-media-access-service, step 10. In: /internal/v0/media/get-url. Out: presigned GET URLs.
import { pick, processSettings, storeKeyOf } from '../../contracts/settings.ts';
import { connectObjectStore } from '../../platform/object-store/object-store.ts';
import { runService } from '../../platform/service.ts';
import { createApp } from './app.ts';

const name = 'tu-media-access-service';

runService({
  name,
  settings: processSettings(name, 'INTERNAL_TOKEN', 'S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET'),
  secrets: pick('S3_MEDIA_ACCESS_KEY', 'S3_MEDIA_SECRET_KEY'),
  start({ config, secrets }) {
    const store = connectObjectStore({
      endpoint: config.S3_ENDPOINT,
      region: config.S3_REGION,
      bucket: config.S3_BUCKET,
      key: () => storeKeyOf(secrets.current(), 'MEDIA'),
    });
    return {
      // Shared, not required: while the store is unavailable the answer is 503, and taking every
      // replica out of service at once would tell callers less.
      checks: { shared: { 'object-store': () => store.probe() } },
      app: (deps) => createApp({ ...deps, store, internalToken: config.INTERNAL_TOKEN }),
      stop: [{ name: 'object store', stop: () => store.close() }],
    };
  },
});
