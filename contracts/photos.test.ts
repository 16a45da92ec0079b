import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { contentTypes, readContentType } from './photos.ts';
import { confirmedImageSchema } from './recognition.ts';
import { getUrlsRequestSchema, photoSchema, startUploadRequestSchema } from './rest.ts';
import { settings } from './settings.ts';

describe('content types', () => {
  test.each([
    ['image/jpg', 'image/jpeg'],
    ['image/pjpeg', 'image/jpeg'],
    ['IMAGE/JPEG', 'image/jpeg'],
    ['image/jpeg; charset=binary', 'image/jpeg'],
    [' image/x-png ', 'image/png'],
    ['image/apng', 'image/png'],
    ['image/webp', 'image/webp'],
    ['image/heif', 'image/heic'],
    ['image/HEIC', 'image/heic'],
    ['image/avif', 'image/avif'],
  ])('takes %s as %s, at startUpload too', (given, taken) => {
    expect(readContentType(given)).toBe(taken);
    const { contentType } = startUploadRequestSchema.parse({
      filename: 'a.jpg',
      contentType: given,
    });
    expect(contentType).toBe(taken);
  });

  test.each([
    'image/gif',
    'image/heic-sequence',
    'image/',
    'jpeg',
    '',
    '; image/jpeg',
    'constructor',
  ])('refuses %j and names what is taken', (given) => {
    expect(readContentType(given)).toBeUndefined();
    const refused = startUploadRequestSchema.safeParse({ filename: 'a', contentType: given });
    expect(refused.error?.message).toContain('image/webp');
  });
});

describe('kinds on the wire', () => {
  const image = {
    objectKey: 'images/2026/11/30/019ad5c4-0000-7000-8000-000000000000.jxl',
    contentType: 'image/jxl',
    bytes: 1,
    checksum: `sha256:${'0'.repeat(64)}`,
  };

  test('a process takes a kind that came after it: whoever sends it may be newer', () => {
    expect(confirmedImageSchema.parse(image)).toEqual(image);
    expect(getUrlsRequestSchema.parse({ objectKeys: [image.objectKey] })).toBeTruthy();
    const photo = { url: 'https://a/b', expiresAt: '2026-11-30T00:00:00Z', ...image };
    expect(photoSchema.parse(photo).contentType).toBe('image/jxl');
  });

  test.each(['text/html', 'image/svg+xml; a', 'IMAGE/JPEG', 'image/', 'image/../x'])(
    'refuses %j, which is no kind of picture',
    (contentType) => {
      expect(confirmedImageSchema.safeParse({ ...image, contentType }).success).toBe(false);
    },
  );

  test('a process of the version before takes three kinds only, so a new one can be held back', () => {
    const before = z.enum(['image/jpeg', 'image/png', 'image/webp']);
    expect(before.safeParse('image/heic').success).toBe(false);
    const { schema } = settings.UPLOAD_CONTENT_TYPES;
    expect(schema.parse(undefined)).toEqual(contentTypes);
    const heldBack = schema.parse('image/jpeg, image/png, image/webp');
    for (const type of heldBack) expect(before.parse(type)).toBe(type);
    expect(() => schema.parse('image/jpeg, image/tiff')).toThrow();
  });
});
