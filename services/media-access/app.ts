import type { Hono } from 'hono';
import {
  getUrlRequestSchema,
  getUrlsRequestSchema,
  putPreviewUrlRequestSchema,
} from '../../contracts/rest.ts';
import type { Health } from '../../platform/http/health.ts';
import { createHttpApp, readJson, requireInternalToken } from '../../platform/http/http-server.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ObjectStore } from '../../platform/object-store/object-store.ts';
import type { PresignPut } from '../../platform/object-store/presign-put.ts';
import { getUrl, getUrls, putPreviewUrl } from './get-url.ts';

export interface MediaAccessDependencies {
  readonly store: Pick<ObjectStore, 'stat' | 'presignGet'>;
  /** At the address where clients reach the store. */
  readonly presignPublicGet: ObjectStore['presignGet'];
  /** By the key that may put previews. */
  readonly presignPreview: PresignPut;
  readonly internalToken: string;
  readonly health: Health;
  readonly logger: Logger;
}

export function createApp(deps: MediaAccessDependencies): Hono {
  const app = createHttpApp(deps);
  app.use('/internal/*', requireInternalToken(deps.internalToken));
  app.post('/internal/v0/media/get-url', async (c) =>
    c.json(await getUrl(deps.store, await readJson(c, getUrlRequestSchema))),
  );
  app.post('/internal/v0/media/get-urls', async (c) =>
    c.json(
      await getUrls(
        deps.store,
        deps.presignPublicGet,
        await readJson(c, getUrlsRequestSchema),
        deps.logger,
      ),
    ),
  );
  app.post('/internal/v0/media/put-preview-url', async (c) =>
    c.json(await putPreviewUrl(deps, await readJson(c, putPreviewUrlRequestSchema))),
  );
  return app;
}
