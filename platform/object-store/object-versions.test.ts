import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { connectObjectVersions, type ObjectVersion } from './object-versions.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** Answers each call with the next body. */
async function openAt(...bodies: readonly string[]) {
  const asked: string[] = [];
  const left = [...bodies];
  const answer: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    void text(request).then((body) => {
      if (body !== '') asked.push(body);
      response.setHeader('date', 'Mon, 30 Nov 2026 08:00:00 GMT').end(left.shift());
    });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const versions = connectObjectVersions({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    bucket: 'photos',
    key: () => ({ accessKey: 'the-access-key', secretKey: 'the-secret-key' }),
  });
  opened.push(async () => {
    await versions.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, versions };
}

const version = (key: string, id: string, element = 'Version') =>
  `<${element}><Key>${key}</Key><VersionId>${id}</VersionId><LastModified>2026-11-23T08:15:30Z</LastModified></${element}>`;
const listed = (content: string, next = '') =>
  `<ListVersionsResult><IsTruncated>${next !== ''}</IsTruncated>${next}${content}</ListVersionsResult>`;
const truncatedAt = (key: string, id: string) =>
  `<NextKeyMarker>${key}</NextKeyMarker><NextVersionIdMarker>${id}</NextVersionIdMarker>`;
const names = (versions: readonly ObjectVersion[]) =>
  versions.map(({ key, versionId }) => `${key} ${versionId}`);

describe('a page of versions', () => {
  test('lists versions and delete markers with the time of the store, and no marker on the last page', async () => {
    const { versions, asked } = await openAt(
      listed(version('images/a', '2', 'DeleteMarker') + version('images/a', '1')),
    );
    const page = await versions.list('images/');
    expect(names(page.versions).sort()).toEqual(['images/a 1', 'images/a 2']);
    expect(page.versions[0]?.lastModified).toEqual(new Date('2026-11-23T08:15:30Z'));
    expect(page.storeTime).toEqual(new Date('2026-11-30T08:00:00Z'));
    expect(page.next).toBeUndefined();
    expect(asked).toEqual(['/photos?encoding-type=url&max-keys=1000&prefix=images%2F&versions=']);
  });

  test('ends a page with the last key listed whole, and begins the next after that key', async () => {
    const { versions, asked } = await openAt(
      listed(
        version('images/a', '1') + version('images/b &amp; c', '1') + version('images/d', '2'),
        truncatedAt('images/d', '2'),
      ),
      listed(version('images/b &amp; c', '1') + version('images/d', '2')),
    );
    const page = await versions.list('images/');
    expect(names(page.versions)).toEqual(['images/a 1', 'images/b & c 1']);
    expect(page.next).toEqual({ key: 'images/b & c' });
    const last = await versions.list('images/', page.next);
    expect(names(last.versions)).toEqual(['images/d 2']); // a store may list the marker's key again
    expect(asked[1]).toContain('key-marker=images%2Fb%20%26%20c&');
  });

  test('continues a page of a single key after one of its versions', async () => {
    const { versions, asked } = await openAt(
      listed(version('images/a', '1') + version('images/b', '9'), truncatedAt('images/b', '9')),
      listed(version('images/b', '8')),
    );
    const page = await versions.list('images/', { key: 'images/a' });
    expect(names(page.versions)).toEqual(['images/b 9']);
    expect(page.next).toEqual({ key: 'images/b', versionId: '9' });
    await versions.list('images/', page.next);
    expect(asked[1]).toContain('key-marker=images%2Fb&');
    expect(asked[1]).toContain('version-id-marker=9&');
  });

  test('decodes keys where the store encoded them, and only there', async () => {
    const { versions } = await openAt(
      listed(`<EncodingType>url</EncodingType>${version('images/a+b%2B%25zz', '1')}`),
      listed(`<EncodingType></EncodingType>${version(' images/a+b%zz 007', '1')}`),
    );
    expect(names((await versions.list('images/')).versions)).toEqual(['images/a b+%zz 1']);
    expect(names((await versions.list('images/')).versions)).toEqual([' images/a+b%zz 007 1']);
  });

  test('refuses an answer that is not a list of versions', async () => {
    const { versions } = await openAt('<html></html>', '');
    await expect(versions.list('images/')).rejects.toThrow('without a ListVersionsResult');
    await expect(versions.list('images/')).rejects.toThrow('without a ListVersionsResult');
  });
});

describe('removal', () => {
  const old = [{ key: 'images/a', versionId: '7', lastModified: new Date(0) }];

  test('removes by version and returns the errors of single ones', async () => {
    const error = (key: string, code: string) =>
      `<Error><Key>${key}</Key><Code>${code}</Code><Message>no</Message></Error>`;
    const { versions, asked } = await openAt(
      `<DeleteResult>${error('images/a', 'AccessDenied')}${error('images/b', 'NoSuchVersion')}</DeleteResult>`,
      '<DeleteResult></DeleteResult>',
    );
    expect(await versions.remove(old)).toEqual([
      { key: 'images/a', code: 'AccessDenied', message: 'no' },
    ]);
    expect(asked[1]?.replaceAll(/\s/g, '')).toContain(
      '<Object><Key>images/a</Key><VersionId>7</VersionId></Object>',
    );
    expect(await versions.remove(old)).toEqual([]);
  });

  test('sends no request for nothing to remove', async () => {
    const { versions, asked } = await openAt();
    expect(await versions.remove([])).toEqual([]);
    expect(asked).toEqual([]);
  });
});

test('reports a store that is unavailable', async () => {
  const { versions } = await openAt();
  await opened.pop()?.();
  const unavailable = expect.objectContaining({ code: 'OBJECT_STORE_UNAVAILABLE' });
  await expect(versions.list('images/')).rejects.toEqual(unavailable);
  await expect(
    versions.remove([{ key: 'a', versionId: '1', lastModified: new Date() }]),
  ).rejects.toEqual(unavailable);
  await expect(versions.probe()).rejects.toEqual(unavailable);
});
