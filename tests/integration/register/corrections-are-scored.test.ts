// From what an owner says to a score of recognition: corrections as a truth file, read by the bench.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { correctionsPageSchema } from '../../../contracts/acts.ts';
import { UsageError } from '../../../operations/command-line/arguments.ts';
import { exportCorrections } from '../../../operations/register/export-corrections.ts';
import { listCorrections } from '../../../services/register/read/read-analyses.ts';
import { applyChanges } from '../../../services/register/store/apply-changes.ts';
import { correctAnalysis } from '../../../services/register/write/correct-analysis.ts';
import { goodEnd, newChange, newRun } from '../../support/register/changes.ts';
import { openPostgres, type OwnPostgres } from '../../support/register/postgres.ts';

let postgres: OwnPostgres;
const folder = mkdtempSync(join(tmpdir(), 'corrections-'));
beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(async () => {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

async function corrected(brand: string, type: string) {
  const at = new Date();
  const change = newChange({ runs: [newRun(at, goodEnd(at))] });
  await postgres.db.transaction().execute((trx) => applyChanges(trx, [change]));
  const fields = { brand, type, model: '320D' };
  const act = { actId: crypto.randomUUID(), actor: `owner:${change.owner}` };
  await correctAnalysis(postgres.db, change, fields, act);
}

test("the bench scores what was answered by what owners said, in the file of the operators' command", async () => {
  await corrected('caterpillar', 'Excavator'); // the answer was right, and they say so in their spelling
  await corrected('Caterpillar', 'excavator');
  await corrected('Komatsu', 'excavator');
  const door = {
    corrections: async (query: URLSearchParams) => {
      const after = query.get('after') ?? undefined;
      return correctionsPageSchema.parse(await listCorrections(postgres.db, { first: 2, after }));
    },
  };
  const file = join(folder, 'truth.json');
  expect(await exportCorrections(door, file)).toEqual([`3 corrections written to ${file}`]);
  await expect(exportCorrections(door, file)).rejects.toThrow(UsageError);

  const bench = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, [bench, 'recognition', file]);
  expect(stdout).toMatch(/brand\W+2\W+1\W+0\W+0/); // right, wrong, abstained, nothing to say
  expect(stdout).toMatch(/model\W+3\W+0\W+0\W+0/);
  expect(stdout).toContain('wrong and sure: 1 of 3 sure');
});
