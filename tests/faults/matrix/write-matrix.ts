// The matrix as people read it: on the terminal, and kept in docs/fault-matrix.md.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { printTable } from '../../support/measure/figures.ts';
import { brokenPromises, wholeLoad, type FaultCount } from './run-fault.ts';

const columns: readonly (readonly [head: string, cell: (count: FaultCount) => string])[] = [
  ['fault', ({ fault }) => fault],
  ['accepted', ({ accepted }) => String(accepted)],
  ['workflows', ({ runs }) => String(runs)],
  ['registered', ({ registered }) => String(registered.analyses)],
  ['received', ({ received }) => String(received)],
  ['lost', ({ accepted, received }) => String(accepted - received)],
  ['received twice', ({ receivedTwice }) => String(receivedTwice)],
  ['repeats dropped', ({ repeats }) => String(repeats)],
  ['dead letters', ({ newDeadLetters }) => String(newDeadLetters)],
  ['outage', ({ outageMs }) => seconds(outageMs)],
  ['flows again', ({ flowsAgainMs }) => seconds(flowsAgainMs)],
  ['refused first, then accepted', ({ refused }) => sentence(refused)],
  ['promise', (count) => brokenPromises(count).join('; ') || 'kept'],
];

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

const sentence = (refused: FaultCount['refused']) =>
  Object.entries(refused)
    .map(([code, times]) => `${times} ${code}`)
    .join(', ') || '-';

const head = columns.map(([name]) => name);
const cellsOf = (count: FaultCount) => columns.map(([, cell]) => cell(count));

export function printMatrix(counts: readonly FaultCount[]): void {
  printTable(
    `Every fault under ${wholeLoad.perSecond} uploads a second`,
    head,
    counts.map(cellsOf),
  );
}

export function writeMatrix(file: URL, counts: readonly FaultCount[]): void {
  const rows = [head, head.map(() => '---'), ...counts.map(cellsOf)];
  const table = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const when = new Date().toISOString().slice(0, 10);
  writeFileSync(
    file,
    `# The fault matrix

Written by \`npm run test:faults\` on ${when}: Node ${process.versions.node}, ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)} at the end.

Each fault hits a whole stack under ${wholeLoad.perSecond} uploads a second for at least ${wholeLoad.forMs / 1_000} s, sent by the real client through two gateways.
Vision answers at once (\`infra/emulators/load-vision/\`), so that what is measured is ours.

- **accepted**: photos whose \`confirmUpload\` was answered. **workflows**: runs of that owner in Temporal. **registered**: analyses of that owner that ended in the register, one run each. **received**: ends that the client received.
- **repeats dropped**: events that stood twice in the stream and were dropped by their id.
- **outage**: from the moment the damage was done until the service was ready again. **flows again**: from the same moment to the first end of a photo sent after it.
- **refused first**: clear errors by their code; the same call, made again, was accepted.

${table}
`,
  );
}
