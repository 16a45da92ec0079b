import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What tests leave in the temporary folder goes when they have ended: theirs is one of its own. */
export async function withTemporaryFolder<Result>(
  work: (env: { TMPDIR: string }) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'trackunit-'));
  try {
    return await work({ TMPDIR: folder });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
