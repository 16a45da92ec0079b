import { describe, expect, test } from '@jest/globals';
import { readContentType } from './photos.ts';
import { startUploadRequestSchema } from './rest.ts';

describe('content types', () => {
  test.each([
    ['image/jpg', 'image/jpeg'],
    ['image/pjpeg', 'image/jpeg'],
    ['IMAGE/JPEG', 'image/jpeg'],
    ['image/jpeg; charset=binary', 'image/jpeg'],
    [' image/x-png ', 'image/png'],
    ['image/apng', 'image/png'],
    ['image/webp', 'image/webp'],
  ])('takes %s as %s, at startUpload too', (given, taken) => {
    expect(readContentType(given)).toBe(taken);
    const { contentType } = startUploadRequestSchema.parse({
      filename: 'a.jpg',
      contentType: given,
    });
    expect(contentType).toBe(taken);
  });

  test.each(['image/gif', 'image/heic', 'image/', 'jpeg', '', '; image/jpeg', 'constructor'])(
    'refuses %j and names what is taken',
    (given) => {
      expect(readContentType(given)).toBeUndefined();
      const refused = startUploadRequestSchema.safeParse({ filename: 'a', contentType: given });
      expect(refused.error?.message).toContain('image/webp');
    },
  );
});
