import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { processTable } from '../../contracts/processes.ts';
import { cloneFolder } from '../stack/stack.ts';

const folders = [...new Set(Object.values(processTable).map(({ folder }) => folder))];

/** Starts the process with nothing but these variables, and waits for its end. */
const run = (folder: string, environment: Record<string, string>) =>
  new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(cloneFolder, folder, 'main.ts')],
      {
        cwd: cloneFolder,
        env: {
          ...environment,
          NODE_COMPILE_CACHE: join(cloneFolder, 'node_modules/.cache/compiled'),
        },
      },
      (error, stdout, stderr) => resolve({ code: error?.code, output: `${stdout}${stderr}` }),
    );
  });

test('every process refuses a wrong LOG_LEVEL, like any wrong setting, with what is allowed', async () => {
  // Two at a time: each loads its modules on a processor of its own.
  const ends: Record<string, unknown> = {};
  const waiting = [...folders];
  const runNext = async (): Promise<void> => {
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const { code, output } = await run(folder, { LOG_LEVEL: 'nonsense', PORT: 'none' });
      const [line = '{}', ...others] = output.trim().split('\n');
      const { msg } = JSON.parse(line) as { msg: string };
      ends[folder] = {
        code,
        others,
        faults: [
          /LOG_LEVEL is 'nonsense'.*debug, info, warn, error or silent/.test(msg),
          /PORT is 'none'/.test(msg),
        ],
      };
    }
  };
  await Promise.all([runNext(), runNext()]);
  const refused = { code: 1, others: [], faults: [true, true] };
  expect(ends).toEqual(Object.fromEntries(folders.map((folder) => [folder, refused])));
}, 60_000);
