import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { workflowTypes } from '../contracts/topology.ts';
import { buildWorkflowBundle } from './bundle.ts';

test('the workflow bundle builds, holds every workflow, and is built again only when its sources changed', async () => {
  const target = join(await mkdtemp(join(tmpdir(), 'workflow bundle ')), 'workflows.js');
  expect(await buildWorkflowBundle(target)).toEqual({ built: true, path: target });
  const code = await readFile(target, 'utf8');
  for (const name of Object.values(workflowTypes)) expect(code).toContain(name);

  const { mtimeMs } = await stat(target);
  expect(await buildWorkflowBundle(target)).toEqual({ built: false, path: target });
  expect((await stat(target)).mtimeMs).toBe(mtimeMs);

  await writeFile(`${target}.sha256`, 'of other sources');
  expect(await buildWorkflowBundle(target)).toMatchObject({ built: true });
});
