import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import fc from 'fast-check';
import type { FolderRules } from '../command-line/read-arguments.ts';
import { findPhotos } from './find-photos.ts';

const jpeg = Buffer.from('ffd8ffda0102ffd9', 'hex');
const everything: FolderRules = { recursive: true, ignore: [] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photos '));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, bytes: Buffer | string = jpeg) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}

/** Photos and what was left out, by their paths below the folder. */
async function found(rules: Partial<FolderRules> = {}, below = '.') {
  const { photos, leftOut } = await findPhotos([join(folder, below)], { ...everything, ...rules });
  return {
    photos: photos.map(({ name }) => relative(folder, name)),
    leftOut: Object.fromEntries(leftOut.map(({ file, why }) => [relative(folder, file.name), why])),
  };
}

describe('names', () => {
  test('takes a photo by any of its extensions, in any case, sorted', async () => {
    const names = ['a.jpg', 'b.JPEG', 'c.jfif', 'd.jpe', 'e.MPO', 'f.png', 'g.apng', 'h.webp'];
    for (const name of names) await put(name, 'whatever');
    expect(await found()).toEqual({ photos: names, leftOut: {} });
  });

  test('takes a photo without an extension by its content, and names one that is misnamed', async () => {
    for (const name of ['IMG_1', 'photo.jpg_large', 'scan.dat']) await put(name);
    await put('README', 'a text');
    await put('notes.txt', 'a text');
    expect(await found()).toEqual({
      photos: ['IMG_1'],
      leftOut: {
        'photo.jpg_large': 'misnamed',
        'scan.dat': 'misnamed',
        README: 'noPhoto',
        'notes.txt': 'noPhoto',
      },
    });
  });

  test('takes the photos of telephones, and leaves out sequences and other formats', async () => {
    for (const name of ['a.jpg', 'b.HEIC', 'c.heif', 'c.avif', 'd.CR2', 'e.tiff', 'f.heics'])
      await put(name);
    const { photos, leftOut } = await found();
    expect(photos).toEqual(['a.jpg', 'b.HEIC', 'c.avif', 'c.heif']);
    expect(leftOut).toEqual({
      'f.heics': 'otherFormat',
      'd.CR2': 'otherFormat',
      'e.tiff': 'otherFormat',
    });
  });

  test('leaves out hidden files and what other programs keep beside photos', async () => {
    await put('a.jpg');
    const kept = [
      '._a.jpg',
      '.thumbnails',
      '@eaDir',
      '__MACOSX',
      '#recycle',
      '$RECYCLE.BIN',
      'Thumbs.db',
    ];
    for (const name of kept) await put(/^\w+\.db$|^\._/.test(name) ? name : `${name}/a.jpg`);
    const { photos, leftOut } = await found();
    expect(photos).toEqual(['a.jpg']);
    expect(leftOut).toEqual(Object.fromEntries(kept.map((name) => [name, 'housekeeping'])));
  });

  test('takes what is named itself, hidden or not, and looks through a hidden folder', async () => {
    await put('.hidden/.a.jpg');
    await put('.hidden/b.jpg');
    await put('@eaDir/c.dat');
    const { photos } = await findPhotos(
      [join(folder, '.hidden'), join(folder, '.hidden/.a.jpg'), join(folder, '@eaDir/c.dat')],
      everything,
    );
    expect(photos.map(({ name }) => relative(folder, name))).toEqual([
      '.hidden/b.jpg',
      '.hidden/.a.jpg',
      '@eaDir/c.dat',
    ]);
  });
});

describe('names that are not UTF-8', () => {
  const bytesOf = (latin1: string) =>
    Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(latin1, 'latin1')]);

  test('are found, in folders of such a name too', async () => {
    await mkdir(bytesOf('M\xfcll'));
    for (const name of ['Gro\xdf.jpg', 'M\xfcll/a.jpg', 'M\xfcll/\xe4.jpg'])
      await writeFile(bytesOf(name), jpeg);
    expect((await found()).photos).toEqual([
      'Gro\\xdf.jpg',
      'M\\xfcll/a.jpg',
      'M\\xfcll/\\xe4.jpg',
    ]);
  });

  test('are found when they are named on the command line, where they arrive with replacements', async () => {
    await mkdir(bytesOf('M\xfcll'));
    for (const name of ['M\xfcll/\xe4.jpg', 'M\xfcll/\xf6.jpg', 'M\xfcll/b.jpg'])
      await writeFile(bytesOf(name), jpeg);
    const { stdout } = await execa(
      'sh',
      ['-c', `${process.execPath} -p process.argv[1] "$0"/M*/[!b].jpg`, folder],
      {
        env: { LC_ALL: 'C' },
      },
    );
    const named = await findPhotos([stdout], everything);
    expect(stdout).toContain('\ufffd');
    expect(named.photos).toHaveLength(2);
  });
});

describe('links', () => {
  test('are followed to files and folders, and a folder is looked through once', async () => {
    await put('photos/a.jpg');
    await put('elsewhere/b.jpg');
    await put('elsewhere/deep/c.jpg');
    await symlink('../elsewhere', join(folder, 'photos/more'));
    await symlink('../elsewhere', join(folder, 'photos/again'));
    await symlink('..', join(folder, 'elsewhere/deep/loop'));
    await symlink('../elsewhere/b.jpg', join(folder, 'photos/link.jpg'));
    expect(await found({}, 'photos')).toEqual({
      photos: ['photos/a.jpg', 'photos/again/b.jpg', 'photos/again/deep/c.jpg', 'photos/link.jpg'],
      leftOut: { 'photos/again/deep/loop': 'knownFolder', 'photos/more': 'knownFolder' },
    });
  });

  test('to nothing are named, and so is what is neither file nor folder', async () => {
    await put('a.jpg');
    await link(join(folder, 'a.jpg'), join(folder, 'hard.jpg'));
    await symlink('nowhere.jpg', join(folder, 'broken.jpg'));
    await symlink('circle.jpg', join(folder, 'circle.jpg'));
    await execa('mkfifo', [join(folder, 'pipe.jpg')]);
    expect(await found()).toEqual({
      photos: ['a.jpg', 'hard.jpg'],
      leftOut: { 'broken.jpg': 'brokenLink', 'circle.jpg': 'linkLoop', 'pipe.jpg': 'noFile' },
    });
  });
});

test.each([
  ['missing.jpg', 'it does not exist'],
  ['circle.jpg', 'links that lead in a circle'],
  [`${'x'.repeat(300)}.jpg`, 'its name or path is too long'],
])('a path that cannot be read is refused with the reason: %s', async (name, why) => {
  await symlink('circle.jpg', join(folder, 'circle.jpg'));
  await expect(findPhotos([join(folder, name)], everything)).rejects.toThrow(
    `(${why}): expected a photo or a folder.`,
  );
});

test('a file that its disk fails to read is named so, not as forbidden', async () => {
  await put('a.jpg');
  await symlink('/proc/self/mem', join(folder, 'scan')); // reading its first bytes is an EIO
  expect((await found()).leftOut).toEqual({ scan: 'readError' });
});

describe('rules', () => {
  test('--no-recursive takes the photos in a folder alone', async () => {
    await put('a.jpg');
    await put('below/b.jpg');
    expect(await found({ recursive: false })).toEqual({
      photos: ['a.jpg'],
      leftOut: { below: 'notEntered' },
    });
  });

  test('--ignore matches names, paths below the folder, whole folders and files named', async () => {
    for (const path of ['a.jpg', 'a_small.jpg', 'old/b.jpg', 'x/y/c.jpg', 'x/d.jpg'])
      await put(path);
    const ignore = ['*_small.jpg', 'old/', 'x/y/**'];
    expect((await found({ ignore })).photos).toEqual(['a.jpg', 'x/d.jpg']);
    const named = await findPhotos([join(folder, 'a_small.jpg')], { recursive: true, ignore });
    expect(named.leftOut.map(({ why }) => why)).toEqual(['ignored']);
  });

  test('a folder without a photo is refused, with what it holds instead', async () => {
    await put('a.tiff');
    await put('b.txt', 'a text');
    const refused = expect(found()).rejects;
    await refused.toThrow(/holds no photo: expected JPEG, PNG, WebP, HEIC or AVIF\.\nleft out: 2/);
  });
});

test('takes or names every file of a folder, whatever lies in it', async () => {
  const folders = fc.constantFrom('', 'sub/', 'sub/deep/', '@eaDir/', '.hidden/', 'sub/Ärger #7/');
  const names = fc
    .oneof(
      fc.constantFrom('a.jpg', 'b.JPE', 'c.heic', 'd', 'e.', '.f.png', 'g.txt', 'Thumbs.db', '~h'),
      fc.stringMatching(/^[\w $#@()[\]!*?'"-]{1,20}(\.\w{1,4})?$/),
    )
    .filter((name) => !/^(sub|deep)$/i.test(name));
  const files = fc.uniqueArray(fc.tuple(folders, names), {
    selector: ([below, name]) => `${below}${name}`.toLowerCase(),
    minLength: 1,
    maxLength: 12,
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(files, fc.boolean(), async (paths, recursive) => {
      const root = `${(run += 1)}`;
      await put(`${root}/always.jpg`);
      for (const [below, name] of paths) await put(`${root}/${below}${name}`);
      const { photos, leftOut } = await found({ recursive }, root);
      const known = [...photos, ...Object.keys(leftOut)];
      for (const [below, name] of paths) {
        const path = `${root}/${below}${name}`;
        const named = known.filter((one) => path === one || path.startsWith(`${one}/`));
        expect([path, named]).toEqual([path, [expect.any(String)]]);
      }
    }),
    { numRuns: 100 },
  );
});
