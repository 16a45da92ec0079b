import { expect, test } from '@jest/globals';
import { readStartOptions } from './options.ts';

test('`npm start` takes --store minio or versitygw, --servers, and a photo', () => {
  const nothing = { words: [], store: undefined, servers: false };
  expect(readStartOptions([])).toEqual(nothing);
  expect(readStartOptions(['--store', 'minio'])).toEqual({ ...nothing, store: 'minio' });
  expect(readStartOptions(['--servers'])).toEqual({ ...nothing, servers: true });
  expect(readStartOptions(['photo.jpg'])).toEqual({ ...nothing, words: ['photo.jpg'] });
});

test('refuses an unknown store and an unknown option', () => {
  expect(() => readStartOptions(['--store', 'ceph'])).toThrow(
    "invalid --store 'ceph': versitygw or minio.",
  );
  expect(() => readStartOptions(['--shop', 'minio'])).toThrow('--shop');
});
