import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import { drawnPhoto } from '../../../tests/support/images/malformed-images.ts';
import { oddPhotos } from '../../../tests/support/images/odd-photos.ts';
import { isWrittenToItsEnd } from './file-ends.ts';
import { watchFolders } from './watch-folders.ts';

const jpeg = await drawnPhoto.clone().jpeg().toBuffer();
const other = await drawnPhoto.clone().png().toBuffer();
const times = { pause: 20, settled: 100, unfinished: 3_000 };

let folder: string;
let stop: AbortController;
let watching: Promise<void>;
let photos: string[];
let leftOut: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watched '));
  await writeFile(join(folder, 'before.jpg'), jpeg);
  stop = new AbortController();
  photos = [];
  leftOut = [];
  await new Promise<void>((resolve) => {
    watching = watchFolders(
      [folder],
      { recursive: true, ignore: [] },
      {
        onWatching: resolve,
        onPhoto: ({ name }) => photos.push(name.slice(folder.length + 1)),
        onLeftOut: ({ file, why }) => leftOut.push(`${file.name.slice(folder.length + 1)} ${why}`),
        until: stop.signal,
        times,
      },
    );
  });
});
afterEach(async () => {
  stop.abort();
  await watching;
  await rm(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const later = () => delay(times.settled * 6);

test('takes a photo of a slow writer once, and whole, however it pauses', async () => {
  await writeFile(at('slow.jpg'), '');
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await later();
    expect(photos).toEqual([]);
    await appendFile(
      at('slow.jpg'),
      jpeg.subarray((quarter * jpeg.length) / 4, ((quarter + 1) * jpeg.length) / 4),
    );
  }
  await eventually(() => photos.length === 1);
  await later();
  expect(photos).toEqual(['slow.jpg']);
});

test('waits for a writer that sets the size first and fills the file then', async () => {
  const file = await open(at('filled.jpg'), 'w');
  await file.truncate(jpeg.length);
  await later();
  const half = Math.floor(jpeg.length / 2);
  await file.write(jpeg, 0, half, 0);
  await later();
  expect(photos).toEqual([]);
  await file.write(jpeg, half, jpeg.length - half, half);
  await file.close();
  await eventually(() => photos.length === 1);
});

test('takes a photo whose end is missing when nobody has written to it for long', async () => {
  await writeFile(at('cut.jpg'), jpeg.subarray(0, -2));
  await later();
  expect(photos).toEqual([]);
  await eventually(() => photos.length === 1);
});

test('takes a photo again when it is overwritten or replaced', async () => {
  await copyFile(at('before.jpg'), at('a.jpg'));
  await eventually(() => photos.length === 1);
  await writeFile(at('a.jpg'), other);
  await eventually(() => photos.length === 2);
  await writeFile(at('part'), jpeg);
  await rename(at('part'), at('a.jpg'));
  await eventually(() => photos.length === 3);
  await writeFile(at('before.jpg'), other);
  await eventually(() => photos.length === 4);
  await later();
  expect(photos).toEqual(['a.jpg', 'a.jpg', 'a.jpg', 'before.jpg']);
});

test('takes what is renamed when it is complete, and no file on its way', async () => {
  for (const name of ['x.jpg.part', '.y.jpg.Ab12C3', '._z.jpg']) await writeFile(at(name), jpeg);
  await later();
  await rename(at('x.jpg.part'), at('x.jpg'));
  await rename(at('.y.jpg.Ab12C3'), at('y.jpg'));
  await eventually(() => photos.length === 2);
  expect(photos.sort()).toEqual(['x.jpg', 'y.jpg']);
  await eventually(() => leftOut.length === 1);
  expect(leftOut).toEqual(['._z.jpg housekeeping']);
});

test('takes photos of new folders, behind links and with names that are not UTF-8', async () => {
  await mkdir(at('sub'));
  await writeFile(at('sub/a.jfif'), jpeg);
  await symlink('sub', at('link'));
  await symlink('before.jpg', at('link.jpg'));
  await writeFile(
    Buffer.concat([Buffer.from(at('Gro')), Buffer.from([0xdf]), Buffer.from('.jpg')]),
    jpeg,
  );
  await eventually(() => photos.length === 3);
  await later();
  expect(photos.sort()).toEqual(['Gro\\xdf.jpg', 'link.jpg', 'sub/a.jfif']);
});

test('takes nothing again when the folder is gone for a while', async () => {
  await writeFile(at('a.jpg'), jpeg);
  await eventually(() => photos.length === 1);
  await rename(folder, `${folder} elsewhere`);
  await later();
  await rename(`${folder} elsewhere`, folder);
  await later();
  expect(photos).toEqual(['a.jpg']);
});

describe('the end of a file', () => {
  const end = async (bytes: Uint8Array) => {
    await writeFile(at('.file'), bytes);
    return isWrittenToItsEnd(Buffer.from(at('.file')));
  };

  test.each(['jpeg', 'png', 'webp'] as const)(
    'is found in a %s, and nowhere before',
    async (format) => {
      const bytes = await drawnPhoto.clone().resize(64).toFormat(format).toBuffer();
      expect(await end(bytes)).toBe(true);
      for (const length of [0, 1, 11, 30, bytes.length / 2, bytes.length - 1])
        expect(await end(bytes.subarray(0, length))).toBe(false);
    },
  );

  test('is not taken for that of a thumbnail within the photo, or of its first picture', async () => {
    const thumbnail = Buffer.concat([
      Buffer.from('Exif\0\0'),
      await drawnPhoto.clone().resize(32).jpeg().toBuffer(),
    ]);
    const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(thumbnail.length + 2, 4);
    const whole = Buffer.concat([head, thumbnail, jpeg.subarray(2)]);
    expect(await end(whole)).toBe(true);
    expect(await end(whole.subarray(0, head.length + thumbnail.length))).toBe(false);
    const several = oddPhotos.find(({ what }) => what.includes('MPO'));
    expect(await end((await several?.make()) ?? jpeg)).toBe(false);
  });
});
