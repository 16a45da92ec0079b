// `npm run build -w client/sdk`: the package trackunit-client as JavaScript and types, in client/sdk/dist.
// Nothing to do where these are newer than their sources.
import { globSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { withLock } from '../infra/host/lock.js';

const clone = fileURLToPath(new URL('..', import.meta.url));
const built = `${clone}client/sdk/dist`;
const sources = globSync(
  ['client/sdk/**/*.ts', 'client/sdk/tsconfig.json', 'contracts/*.ts', 'tsconfig.json'],
  { cwd: clone, exclude: (name) => name === 'dist' || name.endsWith('.test.ts') },
);
const timeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

await withLock(
  `${clone}.data/sdk.lock`,
  () => undefined,
  async () => {
    const newest = Math.max(...sources.map((source) => timeOf(clone + source)));
    if (timeOf(`${built}/client/sdk/index.js`) > newest) return;
    rmSync(built, { recursive: true, force: true }); // what has lost its source must not be packed
    const compiler = `${clone}node_modules/typescript/bin/tsc`;
    await execa(process.execPath, [compiler, '--project', `${clone}client/sdk`], {
      stdio: 'inherit',
    });
  },
);
