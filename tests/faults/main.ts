// `npm run test:faults [-- name ...]`: the fault matrix, whole or the rows whose name holds a word given.
import { runCommand } from '../../infra/commands/display.ts';
import { faults } from './matrix/fault-table.ts';
import { startOwnLauncher } from './matrix/own-launcher.ts';
import { brokenPromises, runFault, wholeLoad, type FaultCount } from './matrix/run-fault.ts';
import { printMatrix, writeMatrix } from './matrix/write-matrix.ts';

const kept = new URL('../../docs/fault-matrix.md', import.meta.url);
const words = process.argv.slice(2);

runCommand(async () => {
  const launcher = await startOwnLauncher();
  const counts: FaultCount[] = [];
  try {
    const rows = [...faults, launcher.killed].filter(
      ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
    );
    for (const fault of rows) {
      const count = await runFault(fault, {
        load: wholeLoad,
        gateways: ['graph-gateway', 'graph-gateway-2'],
      });
      console.log(`${fault.name}: ${brokenPromises(count).join('; ') || 'kept'}`);
      counts.push(count);
    }
  } finally {
    await launcher.stop();
  }
  printMatrix(counts);
  if (words.length === 0) writeMatrix(kept, counts);
  process.exit(counts.every((count) => brokenPromises(count).length === 0) ? 0 : 1);
});
