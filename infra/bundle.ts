// Builds the workflow bundle that the orchestrator runs: `node infra/bundle.ts`.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import writeFileAtomic from 'write-file-atomic';

const top = fileURLToPath(new URL('..', import.meta.url));
export const workflowBundle = join(top, 'dist', 'workflows.js');

/**
 * Builds `dist/workflows.js` unless it fits its sources: workflow files, the tables
 * of contracts/ that they run, and the SDK's version. Never committed: it contains local paths.
 *
 * @returns whether it was rebuilt, and where it is.
 */
export async function buildWorkflowBundle(
  target = workflowBundle,
): Promise<{ built: boolean; path: string }> {
  if (await fitsSources(target)) return { built: false, path: target };
  // Half a second of processor time, which a start that builds nothing does without.
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const hash = await hashOfSources();
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(top, 'workflows', 'index.ts'),
    payloadConverterPath: join(top, 'workflows', 'payload-converter.ts'),
    logger: new DefaultLogger('WARN'),
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFileAtomic(target, code);
  await writeFile(hashFileOf(target), hash);
  return { built: true, path: target };
}

/** False where there is none. */
export async function fitsSources(target = workflowBundle): Promise<boolean> {
  const hashFile = hashFileOf(target);
  if (!existsSync(target) || !existsSync(hashFile)) return false;
  return (await readFile(hashFile, 'utf8')) === (await hashOfSources());
}

const hashFileOf = (target: string) => `${target}.sha256`;

async function hashOfSources(): Promise<string> {
  const tables = ['contracts/topology.ts', 'contracts/failures.ts'];
  const files = [...tables, 'node_modules/@temporalio/workflow/package.json'];
  for await (const file of glob('workflows/*.ts', { cwd: top }))
    if (!file.endsWith('.test.ts')) files.push(file);
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash.update(`\n${file}\n`).update(await readFile(join(top, file)));
  return hash.digest('hex');
}

if (import.meta.main) {
  const { built, path } = await buildWorkflowBundle();
  console.log(built ? `built ${path}` : `${path} fits its sources`);
}
