import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';

const module = fileURLToPath(new URL('caller.ts', import.meta.url));

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a command hears of the end of an npm that got %s',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'caller '));
    const said = join(folder, 'said');
    writeFileSync(said, '');
    writeFileSync(
      join(folder, 'command.mjs'),
      `import { appendFileSync } from 'node:fs';
       import { whenNpmIsGone } from ${JSON.stringify(module)};
       const keep = setInterval(() => {}, 1000);
       whenNpmIsGone(() => { appendFileSync('said', ' gone'); clearInterval(keep); });
       appendFileSync('said', 'started');`,
    );
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ scripts: { start: `"${process.execPath}" command.mjs` } }),
    );
    const until = async (text: string) => {
      const deadline = Date.now() + 20_000;
      while (readFileSync(said, 'utf8') !== text) {
        if (Date.now() > deadline) throw new Error(`not '${text}' within 20 s`);
        await pause(50);
      }
    };
    const npm = execa('npm', ['start'], { cwd: folder, reject: false, stdio: 'ignore' });
    await until('started');
    npm.kill(signal);
    await until('started gone');
    expect((await npm).signal).toBe(signal);
  },
);
