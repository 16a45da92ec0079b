// Builds the page that the gateway serves: `node infra/page.ts [folder]`.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const top = fileURLToPath(new URL('..', import.meta.url));
export const pageFolder = join(top, 'dist', 'web');

/**
 * Builds `dist/web` unless it fits its sources: the page, the client that it is built on and the tables
 * that this one shows. A gateway that runs serves the new one from its next request on.
 *
 * @returns whether it was rebuilt, and where it is.
 */
export async function buildPage(target = pageFolder): Promise<{ built: boolean; path: string }> {
  if (await pageFitsSources(target)) return { built: false, path: target };
  const { build } = await import('vite'); // a start that builds nothing does without
  const hash = await hashOfSources();
  const folder = `${target}.new`;
  await build({
    configFile: join(top, 'client/web/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  });
  await nameAssets(folder);
  await compressAssets(folder);
  await writeFile(join(folder, hashName), hash);
  await rm(target, { recursive: true, force: true });
  await rename(folder, target);
  return { built: true, path: target };
}

/** False where there is none. */
export async function pageFitsSources(target = pageFolder): Promise<boolean> {
  const file = join(target, hashName);
  return existsSync(file) && (await readFile(file, 'utf8')) === (await hashOfSources());
}

const hashName = '.sha256';

/** The worker takes them with it; its own bytes change with their names, so that browsers see a new one. */
async function nameAssets(folder: string): Promise<void> {
  const worker = join(folder, 'service-worker.js');
  const assets = (await readdir(join(folder, 'assets'))).map((name) => `/assets/${name}`);
  const code = await readFile(worker, 'utf8');
  if (!code.includes(assetsPlaceholder)) throw new Error('the service worker names no assets');
  await writeFile(worker, code.replace(assetsPlaceholder, assets.sort().join(' ')));
}

const assetsPlaceholder = '%ASSETS%';

/** Once here instead of at each request. */
async function compressAssets(folder: string): Promise<void> {
  const assets = join(folder, 'assets');
  for (const name of await readdir(assets)) {
    const file = join(assets, name);
    const bytes = await readFile(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }));
    await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  }
}

async function hashOfSources(): Promise<string> {
  const files = ['infra/page.ts', 'package-lock.json'];
  const sources = ['client/web/**/*', 'client/sdk/**/*.ts', 'contracts/*.ts'];
  for await (const entry of glob(sources, { cwd: top, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name).slice(top.length);
    if (entry.isFile() && !/\.test\.ts$|(^|\/)(node_modules|dist)\//.test(file)) files.push(file);
  }
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash.update(`\n${file}\n`).update(await readFile(join(top, file)));
  return hash.digest('hex');
}

if (import.meta.main) {
  const { built, path } = await buildPage(process.argv[2]);
  console.log(built ? `built ${path}` : `${path} fits its sources`);
}
