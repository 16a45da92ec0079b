import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { completedOf, startedOf } from '../../tests/support/gateway/scripted-answers.ts';
import { loginFileOf, writeLogin } from './tokens/login-file.ts';
import { startTestGateway, type TestGateway } from '../../tests/support/gateway/test-gateway.ts';

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xda, 1, 2, 3]);
const main = fileURLToPath(new URL('main.ts', import.meta.url));

let gateway: TestGateway;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli with blanks '));
  gateway = await startTestGateway();
  gateway.onConfirm = ({ correlationId, filename }) => {
    gateway.feeds.publish(startedOf(correlationId));
    const broken = filename.startsWith('broken') ? { failure: 'IMAGE_UNREADABLE' as const } : {};
    gateway.feeds.publish(completedOf(correlationId, broken));
  };
});
afterEach(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

/** Other bytes for each name, so that no photo is a copy of another; with its end mark. */
const bytesOf = (name: string) =>
  new Uint8Array([...jpeg, ...new TextEncoder().encode(name), 0xff, 0xd9]);

const photo = async (name: string, bytes = bytesOf(name)) => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

function start(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { TRACKUNIT_URL: gateway.url, TRACKUNIT_TOKEN: 'good', ...environment },
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...printed })),
  );
  return { child, printed, ended };
}
const run = (args: string[], environment?: Record<string, string>) =>
  start(args, environment).ended;

describe('npm run analyze', () => {
  test('prints a line per photo with its result, and exits with 0', async () => {
    const { code, out } = await run([await photo('cat.jpg')]);
    expect(out).toMatch(/cat\.jpg: CAT excavator 320D \(identified, 91 %, sure, \d+\.\d s\)\n$/);
    expect(code).toBe(0);
  });

  test('prints code and remedy of a photo that failed, analyses the rest, and exits with 1', async () => {
    const photos = [await photo('broken.jpg'), await photo('cat.jpg')];
    photos.push(await photo('notes.jpg', new TextEncoder().encode('no photo')));
    const { code, out } = await run(photos);
    expect(out).toContain('broken.jpg: IMAGE_UNREADABLE, the photo cannot be decoded. The file is');
    expect(out).toContain('notes.jpg: PHOTO_TYPE_UNSUPPORTED, notes.jpg is not a JPEG');
    expect(out).toContain('cat.jpg: CAT excavator 320D');
    expect(code).toBe(1);
  });

  test('prints one JSON object per photo with --json, and nothing else on stdout', async () => {
    await mkdir(join(folder, 'below'));
    const sorted = [await photo('a.jpg'), await photo('broken.jpg'), await photo('below/c.JPEG')];
    await photo('notes.txt');
    const { code, out } = await run(['--json', '-c', '2', folder]);
    const objects = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { photo: string; success: boolean });
    expect(objects.map((object) => object.photo).sort()).toEqual(sorted.sort());
    expect(objects.find((object) => object.photo.endsWith('broken.jpg'))).toMatchObject({
      success: false,
      recognition: null,
      failure: { code: 'IMAGE_UNREADABLE', remedy: expect.any(String) },
    });
    expect(code).toBe(1);
  });

  test('waits no longer than --timeout, and says that an accepted photo is still analyzed', async () => {
    gateway.onConfirm = () => undefined;
    const { code, out } = await run(['--timeout', '700ms', await photo('cat.jpg')]);
    expect(out).toContain('WAITED_TOO_LONG');
    expect(out).toContain('its analysis goes on');
    expect(code).toBe(1);

    const [, id = ''] = /--follow ([0-9a-f-]{36})`/.exec(out) ?? [];
    gateway.feeds.publish(completedOf(id));
    const later = await run(['--follow', id, '--json']);
    expect(JSON.parse(later.out)).toMatchObject({ photo: id, correlationId: id, success: true });
    expect(later.code).toBe(0);
  });

  test('sends copies of a photo once, and gives each of them the result', async () => {
    const same = bytesOf('same');
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await photo(name, same);
    const { code, out, err } = await run([folder]);
    const copies = out.match(/, the same photo as .*\/[abc]\.jpg/g);
    expect([out.split('\n').length - 1, copies?.length, gateway.photos.size]).toEqual([3, 2, 1]);
    expect(err).toBe('3 analyzed, 0 not, 2 of them the same photo as another\n');
    expect(code).toBe(0);
  });

  test('counts and names on stderr what of a folder it leaves out', async () => {
    for (const name of ['cat.jpg', 'IMG_2.HEIC', '._cat.jpg', '.b.jpg', 'notes.txt'])
      await photo(name);
    const { code, out, err } = await run(['--json', folder]);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toContain(
      'left out: 4 (--dry-run names all of them)\n  1: HEIC is not taken: convert',
    );
    expect(err).toContain('  2: hidden, or what other programs keep beside photos: ');
    expect(code).toBe(0);
  });

  test('prints with --dry-run what would be sent and what not, without a gateway', async () => {
    const paths = [await photo('a.jpg'), await photo('b.jfif')];
    await photo('c.heic');
    await photo('a_small.jpg');
    const { code, out, err } = await run(['--dry-run', '--ignore', '*_small.jpg', folder], {
      TRACKUNIT_URL: 'http://127.0.0.1:9/graphql',
    });
    expect(out.trimEnd().split('\n')).toEqual(paths);
    expect(err).toMatch(/left out: .*a_small\.jpg: matches --ignore\n/);
    expect(err).toMatch(/left out: .*c\.heic: HEIC is not taken: convert it to JPEG/);
    expect(code).toBe(0);
  });

  test('analyses a photo whose name is not UTF-8, and prints control characters harmless', async () => {
    const name = Buffer.concat([
      Buffer.from(join(folder, 'Gro')),
      Buffer.from([0xdf]),
      Buffer.from('.jpg'),
    ]);
    await writeFile(name, bytesOf('one'));
    await photo('red\u001b[31m\n.jpg');
    const { code, out } = await run([folder]);
    expect(out).toMatch(/Gro\\xdf\.jpg: CAT excavator/);
    expect(out).toMatch(/red\\x1b\[31m\\x0a\.jpg: CAT excavator/);
    expect(code).toBe(0);
  });

  test('prints a line per photo, closes its streams and exits with 130 on Ctrl-C', async () => {
    gateway.onConfirm = () => undefined;
    const { child, ended } = start([await photo('a.jpg'), await photo('b.jpg')]);
    await eventually(() => gateway.feeds.open() === 1 && gateway.count('ConfirmUpload') === 2);
    child.kill('SIGINT');
    const { code, out, err } = await ended;
    expect(out.match(/INTERRUPTED/g)).toHaveLength(2);
    expect(err).toBe('0 analyzed, 2 not\n');
    expect(code).toBe(130);
    await eventually(() => gateway.feeds.open() === 0);
  });

  test('analyses each photo that appears in a folder given by --watch, until Ctrl-C', async () => {
    await photo('before.jpg');
    const { child, printed, ended } = start(['--watch', folder, '--json']);
    await eventually(() => printed.err.includes('watching'));
    await photo('after.jpg');
    await eventually(() => printed.out.includes('\n'));
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(JSON.parse(out)).toMatchObject({ photo: join(folder, 'after.jpg'), success: true });
    expect(code).toBe(0);
  });

  test.each([
    [[], 'no photo given: name a photo'],
    [['--concurrency', '0', 'x.jpg'], "invalid --concurrency '0': expected a number from 1 to 25"],
    [['--timeout', 'soon', 'x.jpg'], "invalid --timeout 'soon': expected a time like 500ms"],
    [['--fast', 'x.jpg'], "Unknown option '--fast'"],
    [['--follow', 'cat.jpg'], "invalid --follow 'cat.jpg': expected the id of an analysis"],
    [
      ['nowhere.jpg'],
      "invalid path 'nowhere.jpg' (it does not exist): expected a photo or a folder.",
    ],
  ])('refuses the arguments %j in one sentence and exits with 2', async (args, message) => {
    const { code, out, err } = await run(args);
    expect(err).toContain(message);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('names the address and `npm start` when the gateway does not answer', async () => {
    await gateway.stop();
    const { code, err } = await run([await photo('cat.jpg')]);
    expect(err).toBe(
      `no answer from ${new URL(gateway.url).origin}; retrying ...\n` +
        `graph-gateway does not answer at ${gateway.url}. ` +
        'Start it with `npm start`, or name another address with --url.\n',
    );
    expect(code).toBe(1);
    gateway = await startTestGateway();
  });

  test('names the variables that go together when one of them is missing', async () => {
    const { code, err } = await run([await photo('cat.jpg')], {
      TRACKUNIT_TOKEN: '',
      TRACKUNIT_ISSUER: 'http://127.0.0.1:1',
    });
    expect(err).toContain('go together');
    expect(code).toBe(2);
  });

  test('works as the person who is logged in, unless a token is given', async () => {
    const target = { issuer: 'http://127.0.0.1:1', clientId: 'trackunit-cli' };
    const environment = { XDG_CONFIG_HOME: folder, TRACKUNIT_ISSUER: target.issuer };
    await writeLogin(loginFileOf(target, environment), {
      ...target,
      user: 'anna',
      accessToken: 'good',
      usableUntil: Date.now() + 60_000,
    });
    const cat = await photo('cat.jpg');
    const asAnna = await run([cat], { ...environment, TRACKUNIT_TOKEN: '' });
    expect(asAnna.out).toContain('cat.jpg: CAT excavator 320D');
    const given = await run([cat], { ...environment, TRACKUNIT_TOKEN: 'bad' });
    expect(given.err).toContain('access token invalid');
    const elsewhere = await run(['--url', 'https://api.example/graphql', cat], {
      ...environment,
      TRACKUNIT_TOKEN: '',
    });
    expect(elsewhere.err).toContain('no token for https://api.example/graphql');
    expect(elsewhere.code).toBe(2);
  });

  test('names `npm start` when no local stack was ever started', async () => {
    const { code, err } = await run([await photo('cat.jpg')], {
      TRACKUNIT_TOKEN: '',
      TRACKUNIT_STACK: 'nowhere',
    });
    expect(err).toContain(
      "no local stack 'nowhere' has been started here. Start it with `npm start`",
    );
    expect(code).toBe(1);
  });

  test('prints every option and variable with --help, on stdout', async () => {
    const { code, out } = await run(['--help']);
    for (const word of [
      '--concurrency',
      '--json',
      '--no-progress',
      '--watch',
      '--follow',
      '--dry-run',
      '--ignore',
      '--no-recursive',
      '--timeout',
      '--url',
    ])
      expect(out).toContain(word);
    expect(out).toContain('TRACKUNIT_ISSUER');
    expect(code).toBe(0);
  });
});
