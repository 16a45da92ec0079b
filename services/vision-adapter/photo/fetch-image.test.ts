import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConfirmedImage } from '../../../contracts/recognition.ts';
import { Problem } from '../../../platform/http/problem.ts';
import { createRestClient } from '../../../platform/http/rest-client.ts';
import { createFetchImage } from './fetch-image.ts';

const photo = Buffer.from('the bytes of a photo');
const image: ConfirmedImage = {
  objectKey: 'images/2026/11/23/4f0f4b5e-6f36-4c0e-9a5e-2f1f6a0b7c11.jpg',
  contentType: 'image/jpeg',
  bytes: photo.length,
  checksum: `sha256:${createHash('sha256').update(photo).digest('hex')}`,
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Media-access that gives out the store's address, and a store that answers as given. */
async function fetchFrom(
  store: RequestListener,
  mediaAccess?: RequestListener,
  deadlineMs = 10_000,
) {
  const storeUrl = await serve(store);
  const baseUrl = await serve(
    mediaAccess ??
      ((_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({ url: `${storeUrl}/photo`, expiresAt: '2030-01-01T00:00:00Z' }),
        );
      }),
  );
  const client = createRestClient({ name: 'tu-media-access-service', baseUrl, internalToken: 'x' });
  const outcome: unknown = await createFetchImage(
    client,
    deadlineMs,
  )(image).catch((error: unknown) => error);
  return outcome instanceof Problem ? outcome.code : outcome;
}

test('returns the photo as confirmed, byte for byte', async () => {
  expect(await fetchFrom((_, response) => response.end(photo))).toEqual(photo);
});

describe('another photo than the one confirmed is OBJECT_CHANGED', () => {
  test('refuses a photo overwritten by one of the same size', async () => {
    const other = Buffer.from(photo).fill(1, 0, 4);
    expect(await fetchFrom((_, response) => response.end(other))).toBe('OBJECT_CHANGED');
  });

  test('refuses a photo overwritten by a shorter one', async () => {
    expect(await fetchFrom((_, r) => r.end(photo.subarray(1)))).toBe('OBJECT_CHANGED');
  });

  test('refuses a photo overwritten by a longer one, without reading it to its end', async () => {
    let sent = 0;
    const code = await fetchFrom((request, response) => {
      const timer = setInterval(() => {
        response.write(Buffer.alloc(64 * 1024));
        sent += 1;
      }, 1);
      request.on('close', () => clearInterval(timer));
      response.on('close', () => clearInterval(timer));
    });
    expect(code).toBe('OBJECT_CHANGED');
    expect(sent).toBeLessThan(100);
  });
});

describe('a missing photo is OBJECT_MISSING', () => {
  test('answers OBJECT_MISSING when media-access does not know the photo', async () => {
    const missing: RequestListener = (_, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'OBJECT_MISSING', detail: 'no such object' }));
    };
    expect(await fetchFrom((_, response) => response.end(photo), missing)).toBe('OBJECT_MISSING');
  });

  test('answers OBJECT_MISSING when the bucket’s lifecycle has removed the photo', async () => {
    expect(await fetchFrom((_, r) => r.writeHead(404).end())).toBe('OBJECT_MISSING');
  });
});

describe('a transient failure is OBJECT_STORE_UNAVAILABLE', () => {
  test.each([403, 500, 503])('asks to retry when the store answers %i', async (status) => {
    const code = await fetchFrom((_, response) => response.writeHead(status).end());
    expect(code).toBe('OBJECT_STORE_UNAVAILABLE');
  });

  test('asks to retry when the connection breaks within the photo', async () => {
    const code = await fetchFrom((_, response) => {
      response.writeHead(200, { 'content-length': photo.length });
      response.write(photo.subarray(0, 5), () => response.destroy());
    });
    expect(code).toBe('OBJECT_STORE_UNAVAILABLE');
  });

  test('asks to retry when the store announces more bytes than it sends', async () => {
    const code = await fetchFrom((_, response) => {
      response.writeHead(200, { 'content-length': photo.length + 5 });
      response.end(photo, () => response.destroy());
    });
    expect(code).toBe('OBJECT_STORE_UNAVAILABLE');
  });

  test.each(['before its first byte', 'in the middle'])(
    'asks to retry when the store stalls %s',
    async (where) => {
      const stalling: RequestListener = (_, response) => {
        if (where === 'in the middle') response.write(photo.subarray(0, 5));
      };
      expect(await fetchFrom(stalling, undefined, 150)).toBe('OBJECT_STORE_UNAVAILABLE');
    },
  );

  test('follows no redirect: the address was signed for this store', async () => {
    let elsewhere = 0;
    const other = await serve((_, response) => {
      elsewhere += 1;
      response.end(photo);
    });
    const code = await fetchFrom((_, response) => {
      response.writeHead(302, { location: other }).end();
    });
    expect({ code, elsewhere }).toEqual({ code: 'OBJECT_STORE_UNAVAILABLE', elsewhere: 0 });
  });

  test('asks to retry when media-access fails', async () => {
    const code = await fetchFrom(
      (_, response) => response.end(photo),
      (_, response) => response.writeHead(500).end('{}'),
    );
    expect(code).toBe('OBJECT_STORE_UNAVAILABLE');
  });
});

test('refuses a photo uploaded with a content encoding', async () => {
  const code = await fetchFrom((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(photo));
  });
  expect(code).toBe('IMAGE_UNSUPPORTED');
});
