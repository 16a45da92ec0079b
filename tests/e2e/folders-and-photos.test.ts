import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { eventually } from '../support/harness/eventually.ts';
import {
  beginStory,
  deadline,
  readAll,
  samplePhoto,
  type Story,
} from '../support/harness/users.ts';
import { oddPhotos, unknownKinds } from '../support/images/odd-photos.ts';

const main = fileURLToPath(new URL('../../client/cli/main.ts', import.meta.url));

let story: Story;
let folder: string;
beforeAll(async () => {
  story = await beginStory();
  folder = await mkdtemp(join(tmpdir(), 'photos as they are '));
});
afterAll(() => rm(folder, { recursive: true }));

/** The terminal client as a user of its own. */
async function newTerminal() {
  const { client, token } = story.newUser();
  const environment = {
    TRACKUNIT_URL: `${story.stack.url('graph-gateway')}/graphql`,
    TRACKUNIT_TOKEN: await token(),
  };
  return {
    start: (...args: string[]) =>
      execa(process.execPath, [main, '--json', '--timeout', '90s', ...args], {
        env: environment,
        reject: false,
      }),
    async analyses() {
      const ids: string[] = [];
      const { completed } = await client.feedCursors();
      const listed = { atLeast: completed, signal: deadline() };
      for await (const { correlationId } of client.analyses(listed)) ids.push(correlationId);
      return ids;
    },
  };
}

const outcomesIn = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { photo: string; success: boolean });

describe('photos as they are', () => {
  test.each(oddPhotos)('analyses $what', async ({ make, contentType }) => {
    const { client } = story.newUser();
    const events = await readAll(client.analyze(await make(), { signal: deadline() }));
    expect(events[0]).toMatchObject({ state: 'uploaded', contentType });
    expect(events.at(-1)).toMatchObject({ state: 'completed', success: true });
  });

  test.each(unknownKinds.filter(({ what }) => what.includes('jpeg')))(
    'announces $what as what it is',
    async ({ make, refusal }) => {
      const { client } = story.newUser();
      const events = await readAll(client.analyze(await make(), { signal: deadline() }));
      expect(events.at(-1)).toMatchObject({
        success: false,
        failure: { code: 'IMAGE_UNSUPPORTED', message: expect.stringContaining(refusal) },
      });
    },
  );
});

test('analyses a folder with links, odd names and copies, each photo once', async () => {
  const terminal = await newTerminal();
  const photos = join(folder, 'photos');
  for (const below of ['photos/@eaDir', 'outside'])
    await mkdir(join(folder, below), { recursive: true });
  const [cat, volvo] = await Promise.all([samplePhoto(), samplePhoto('volvo-ec220e.jpg')]);
  await writeFile(join(photos, 'a.jfif'), cat);
  await writeFile(join(photos, '._a.jpg'), cat.subarray(0, 40));
  await writeFile(join(photos, '@eaDir/SYNOPHOTO_THUMB_XL.jpg'), cat);
  await writeFile(
    Buffer.concat([Buffer.from(`${photos}/Gro`), Buffer.from([0xdf]), Buffer.from('.jpg')]),
    cat,
  );
  await writeFile(join(folder, 'outside/volvo'), volvo);
  await symlink('../outside', join(photos, 'more'));

  const { stdout, stderr, exitCode } = await terminal.start(photos);
  expect(
    outcomesIn(stdout)
      .map(({ photo, success }) => [photo.slice(photos.length + 1), success])
      .sort(),
  ).toEqual([
    ['Gro\\xdf.jpg', true],
    ['a.jfif', true],
    ['more/volvo', true],
  ]);
  expect(stderr).toContain('3 analyzed, 0 not, 1 of them the same photo as another');
  expect(stderr).toContain('left out: 2');
  expect(exitCode).toBe(0);
  expect(await terminal.analyses()).toHaveLength(2);
});

test('analyses a photo in a watched folder once and whole, however slowly it is written', async () => {
  const terminal = await newTerminal();
  const watched = join(folder, 'watched');
  await mkdir(watched);
  const running = terminal.start('--watch', watched);
  const printed = { out: '', err: '' };
  running.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  running.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  await eventually(() => printed.err.includes('watching'));
  const cat = await readFile(new URL('../../client/samples/cat-320d.jpg', import.meta.url));
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const [from, to] = [(quarter * cat.length) / 4, ((quarter + 1) * cat.length) / 4];
    await appendFile(join(watched, 'slow.jpg'), cat.subarray(from, to));
    if (quarter < 3) await delay(quarter === 1 ? 2_000 : 900);
  }
  await eventually(() => printed.out.includes('\n'), { within: 90_000 });
  await delay(1_000);
  running.kill('SIGINT');
  const { exitCode } = await running;
  expect(outcomesIn(printed.out)).toMatchObject([
    { success: true, recognition: { aggregate: { brand: 'Caterpillar', model: '320D' } } },
  ]);
  expect(exitCode).toBe(0);
  expect(await terminal.analyses()).toHaveLength(1);
});
