import { expect, test } from '@jest/globals';
import { eventually } from '../../tests/support/harness/eventually.ts';
import { keepWritten } from './process-list.ts';

test('reports a full disk once, tries again until the file is written, and ends nothing', async () => {
  const lines: string[] = [];
  let full = true;
  let writes = 0;
  const write = keepWritten(
    'process list',
    () => {
      writes += 1;
      if (full) throw new Error('ENOSPC: no space left on device');
    },
    (line) => lines.push(line),
    5,
  );
  write();
  write();
  await eventually(() => writes > 3);
  full = false;
  await eventually(() => lines.length > 1);
  expect(lines).toEqual([
    'process list not written: ENOSPC: no space left on device; trying again',
    'process list written again',
  ]);
});
