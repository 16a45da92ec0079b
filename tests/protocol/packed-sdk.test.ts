// trackunit-client as apps of others have it: packed, and installed in an empty project. What these apps
// are built and run with is installed in tests/protocol/packed-sdk, by its own lockfile.
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
// @ts-expect-error plain JavaScript: it runs before any package, TypeScript's Node included
import { ensurePackages } from '../../infra/ensure-packages.js';
import { serveFiles } from '../support/browser/serve-files.ts';
import { openChromium } from '../support/browser/chromium.ts';
import { beginStory, type Story } from '../support/harness/users.ts';

jest.setTimeout(180_000);

const clone = fileURLToPath(new URL('../..', import.meta.url));
const tools = fileURLToPath(new URL('packed-sdk', import.meta.url));
const sample = join(clone, 'client/samples/cat-320d.jpg');

let story: Story;
/** The empty project, with the package and its one dependency. */
let project: string;
let packed: readonly string[];
beforeAll(async () => {
  await (ensurePackages as (folder: string) => Promise<unknown>)(tools);
  story = await beginStory();
  project = await mkdtemp(join(tmpdir(), 'app-'));
  await writeFile(join(project, 'package.json'), '{ "name": "app", "type": "module" }');
  await execa(process.execPath, [join(clone, 'tools/build-sdk.ts')]);
  packed = await pack(join(clone, 'client/sdk'));
  await pack(join(clone, 'node_modules/eventsource-parser')); // without a registry
  const archives = (await readdir(project)).filter((name) => extname(name) === '.tgz');
  const quiet = ['--no-audit', '--no-fund', '--offline', '--ignore-scripts'];
  await npm(['install', ...quiet, ...archives.map((name) => `./${name}`)], project);
  for (const file of ['app.ts', 'node.js', 'page.js'])
    await cp(join(tools, file), join(project, file));
});

/** @returns the names of the files in the archive. */
async function pack(folder: string): Promise<string[]> {
  const options = ['--json', '--ignore-scripts', '--pack-destination', project];
  const answer: unknown = JSON.parse(await npm(['pack', ...options], folder));
  const [archive] = answer as { files: { path: string }[] }[];
  return archive?.files.map(({ path }) => path) ?? [];
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await execa('npm', [...args], { cwd, timeout: 120_000 });
  return stdout;
}

const compile = (typescript: string, moduleResolution: 'bundler' | 'nodenext') =>
  execa(
    process.execPath,
    [
      ...[join(tools, 'node_modules', typescript, 'bin/tsc'), 'app.ts', '--strict'],
      ...['--target', 'es2022', '--lib', 'es2022,dom,dom.iterable'],
      ...['--module', moduleResolution === 'nodenext' ? 'nodenext' : 'esnext'],
      ...['--moduleResolution', moduleResolution, '--exactOptionalPropertyTypes'],
    ],
    { cwd: project, all: true },
  );

test('packs what runs, its types, README and license, and nothing else', async () => {
  const kinds = new Set(
    packed.map((name) => name.replace(/^dist\/.*?(\.d)?(\.[jt]s)$/, 'dist/*$1$2')),
  );
  expect([...kinds].sort()).toEqual([
    ...['LICENSE', 'README.md', 'dist/*.d.ts', 'dist/*.js', 'package.json'],
  ]);
  const text = (path: string) => readFile(join(clone, path), 'utf8');
  expect(await text('client/sdk/LICENSE')).toBe(await text('LICENSE'));
  const { dependencies } = JSON.parse(await text('client/sdk/package.json')) as {
    dependencies: object;
  };
  expect(Object.keys(dependencies)).toEqual(['eventsource-parser']);
});

test.each(['typescript-5', 'typescript-6'])(
  'type-checks under strict with %s, for bundlers and for Node',
  async (typescript) => {
    for (const resolution of ['bundler', 'nodenext'] as const)
      expect((await compile(typescript, resolution)).all).toBe('');
  },
);

test('runs on Node 20', async () => {
  await compile('typescript-5', 'nodenext');
  const node = join(tools, `node_modules/node-linux-${process.arch}/bin/node`);
  const { url, token } = await userOf(story);
  const env = { URL: url, TOKEN: token, PHOTO: sample, NODE_OPTIONS: '' };
  const { stdout } = await execa(node, ['node.js'], { cwd: project, env, timeout: 100_000 });
  const { node: version, said } = JSON.parse(stdout) as { node: string; said: string[] };
  expect(version).toMatch(/^20\./);
  expect(said[0]).toBe('uploaded');
  expect(said.at(-1)).toBe('Caterpillar 320D');
});

test('README of the package is a program that type-checks', async () => {
  const readme = await readFile(join(clone, 'client/sdk/README.md'), 'utf8');
  const [, program = ''] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  await writeFile(join(project, 'app.ts'), program);
  try {
    expect((await compile('typescript-6', 'bundler')).all).toBe('');
  } finally {
    await cp(join(tools, 'app.ts'), join(project, 'app.ts'));
  }
});

test('bundles with Vite to at most 48 kB, 17 kB compressed, and to a tenth where little is used', async () => {
  const whole = await bundle('page.js');
  expect(whole.length).toBeLessThan(48_000);
  expect(gzipSync(whole).length).toBeLessThan(17_000);
  await writeFile(
    join(project, 'little.js'),
    "import { assertPhotoSize } from 'trackunit-client';\nwindow.check = assertPhotoSize;\n",
  );
  expect((await bundle('little.js')).length).toBeLessThan(whole.length / 10);
});

async function bundle(entry: string): Promise<Buffer> {
  await compile('typescript-5', 'bundler');
  const outDir = `built-${basename(entry, '.js')}`;
  await writeFile(
    join(project, 'vite.config.js'),
    `export default { logLevel: 'error', build: { outDir: '${outDir}', modulePreload: { polyfill: false },
      rolldownOptions: { input: '${entry}', output: { entryFileNames: 'app.js' } } } };`,
  );
  await execa(process.execPath, [join(tools, 'node_modules/vite/bin/vite.js'), 'build'], {
    cwd: project,
  });
  return readFile(join(project, outDir, 'app.js'));
}

test('works in Chromium, bundled, on a page of another origin', async () => {
  await bundle('page.js');
  await mkdir(join(project, 'built-page'), { recursive: true });
  await cp(sample, join(project, 'built-page', 'photo.jpg'));
  await writeFile(
    join(project, 'built-page', 'index.html'),
    '<!doctype html><script type="module" src="app.js"></script>',
  );
  site = await serveFiles((path) => join(project, 'built-page', path));
  const { url, token } = await userOf(story);
  const origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  // The stack of the tests lets in no page of another origin, and this one has a new port each time.
  await using chromium = await openChromium(join(tools, 'node_modules'), {
    args: ['--disable-web-security'],
  });
  const page = await chromium.newPage();
  await page.goto(origin);
  const said = await page.evaluate(
    ([address, accessToken]) =>
      (window as unknown as { analyze: (...args: unknown[]) => Promise<string[]> }).analyze(
        address,
        accessToken,
        'photo.jpg',
      ),
    [url, token] as const,
  );
  expect(said[0]).toBe('uploaded');
  expect(said.at(-1)).toBe('Caterpillar 320D');
});

let site: Server | undefined;
afterAll(() => {
  site?.close();
});

async function userOf(of: Story) {
  const { token } = of.newUser();
  return { url: `${of.stack.url('graph-gateway')}/graphql`, token: await token({ renew: false }) };
}
