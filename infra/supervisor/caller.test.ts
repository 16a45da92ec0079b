import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { execa } from 'execa';

const module = fileURLToPath(new URL('caller.ts', import.meta.url));
const commands: Command[] = [];

/** An npm script that writes down what it hears, in a folder of its own. */
class Command {
  readonly folder = mkdtempSync(join(tmpdir(), 'caller '));
  readonly #said = join(this.folder, 'said');

  /** @param prefix makes npm's shell wait for the command instead of making way for it. */
  constructor(prefix = '') {
    writeFileSync(this.#said, '');
    writeFileSync(
      join(this.folder, 'command.mjs'),
      `import { appendFileSync } from 'node:fs';
       import { whenNpmIsGone } from ${JSON.stringify(module)};
       const say = (word) => appendFileSync('said', word + ' ');
       const keep = setInterval(() => {}, 1000);
       whenNpmIsGone(() => { say('gone'); clearInterval(keep); });
       process.once('SIGUSR2', () => setTimeout(() => { say('still here'); clearInterval(keep); }, 1500));
       say('started ' + process.pid);`,
    );
    const start = `${prefix}"${process.execPath}" command.mjs`;
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ scripts: { start } }));
    commands.push(this);
  }

  get said(): string {
    return readFileSync(this.#said, 'utf8');
  }

  async says(word: string): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!this.said.includes(word)) {
      if (Date.now() > deadline) throw new Error(`not '${word}' within 20 s, but '${this.said}'`);
      await pause(50);
    }
  }

  get pid(): number {
    return Number(/started (\d+)/.exec(this.said)?.[1]);
  }
}

afterEach(() => {
  for (const { pid } of commands.splice(0))
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ESRCH'); // it has ended by itself
    }
});

test.each([
  { signal: 'SIGTERM', prefix: '' },
  { signal: 'SIGKILL', prefix: '' },
  { signal: 'SIGKILL', prefix: 'true && ' },
] as const)(
  'a command hears of the end of an npm that got $signal ($prefix)',
  async ({ signal, prefix }) => {
    const command = new Command(prefix);
    const npm = execa('npm', ['start'], { cwd: command.folder, reject: false, stdio: 'ignore' });
    await command.says('started');
    npm.kill(signal);
    await command.says('gone');
    expect((await npm).signal).toBe(signal);
  },
);

test.each(['', 'true && '])(
  'a command stays when the shell that called npm has left (%p)',
  async (prefix) => {
    const command = new Command(prefix);
    await execa('sh', ['-c', '(npm start > /dev/null 2>&1 &)'], { cwd: command.folder });
    await command.says('started');
    process.kill(command.pid, 'SIGUSR2'); // asks it to say what it is three looks later
    await command.says('still here');
    expect(command.said).not.toContain('gone');
  },
);
