// What must hold without servers. Each row is one tool; two run at once.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Listr } from 'listr2';
import { cloneFolder } from '../stack.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const modules = join(cloneFolder, 'node_modules');
const flags = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning', // kafkajs, harmless: see infra/processes.ts
];
export const jestArguments = [...flags, join(modules, 'jest', 'bin', 'jest.js')];

// The slowest first, so that the short ones fill the gaps.
const checks: readonly { name: string; args: readonly string[]; env?: Record<string, string> }[] = [
  { name: 'unit tests', args: [...jestArguments, '--selectProjects', 'unit', '--silent'] },
  { name: 'lint', args: [join(modules, 'eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'] },
  { name: 'types', args: [join(modules, 'typescript', 'bin', 'tsc'), '--noEmit'] },
  {
    name: 'boundaries',
    args: [
      join(modules, 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
      ...['client', 'gateway', 'services', 'workers', 'workflows', 'activities', 'operations'],
      ...['contracts', 'platform', 'infra', 'tools', 'tests'],
    ],
  },
  {
    name: 'format',
    args: [join(modules, 'prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  },
];

const endAfterMs = 20 * 60_000; // what a failed test left open may keep Jest from ending

/** Runs every check to its end, then prints what the failed ones said. @returns 0, or 1. */
export const runChecks = () => withTemporaryFolder(runAll);

async function runAll(env: { TMPDIR: string }): Promise<number> {
  const failures: string[] = [];
  await new Listr(
    checks.map(({ name, args }) => ({
      title: name,
      task: async (_context: unknown, display: { title: string }) => {
        const began = Date.now();
        const run = await execa(process.execPath, [...args], {
          cwd: cloneFolder,
          all: true,
          stdin: 'ignore',
          reject: false,
          timeout: endAfterMs,
          env,
        });
        display.title = `${name} (${((Date.now() - began) / 1000).toFixed(0)} s)`;
        if (!run.failed) return;
        const late = run.timedOut ? `\nNo end after ${endAfterMs / 60_000} minutes.` : '';
        failures.push(`--- ${name} ---\n${run.all}${late}`);
        throw new Error(`${name}: see below`);
      },
    })),
    {
      concurrent: Math.min(2, cpus().length),
      exitOnError: false,
      registerSignalListeners: false,
      renderer: process.stdout.isTTY ? 'default' : 'simple',
    },
  ).run();
  if (failures.length > 0) console.error(`\n${failures.join('\n\n')}`);
  return failures.length > 0 ? 1 : 0;
}
