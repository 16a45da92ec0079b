import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import webpack, { type Stats } from 'webpack';

jest.setTimeout(61_000);

/** As a page's bundler does it: for browsers, minified, what is unused left out. */
async function bundle(entry: string, folder: string): Promise<Stats> {
  const compiler = webpack({
    mode: 'production',
    target: ['web', 'es2022'],
    entry,
    output: { path: folder, filename: 'sdk.js', library: { type: 'module' } },
    experiments: { outputModule: true },
    resolve: { extensions: ['.ts', '.js'] },
    module: {
      rules: [
        {
          test: /\.ts$/,
          loader: 'swc-loader',
          options: { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } },
        },
      ],
    },
  });
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      if (stats === undefined) reject(error ?? new Error('webpack: gave no statistics'));
      else resolve(stats);
    });
  });
}

test('the SDK bundled for a page has at most 61 kB, 21 kB compressed, and no schema library', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdk-bundle-'));
  try {
    const stats = await bundle(fileURLToPath(new URL('index.ts', import.meta.url)), folder);
    expect(stats.toJson({ errors: true }).errors).toEqual([]);
    const modules = [...stats.compilation.modules].map((module) => module.identifier());
    expect(modules.filter((name) => /node_modules\/zod\//.test(name))).toEqual([]);
    const bytes = await readFile(join(folder, 'sdk.js'));
    expect(bytes.length).toBeLessThan(61_000);
    expect(gzipSync(bytes).length).toBeLessThan(21_000);
  } finally {
    await rm(folder, { recursive: true });
  }
});
