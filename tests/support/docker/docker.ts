import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTimeOf } from '../../../infra/supervisor/process-list.ts';

const standIn = fileURLToPath(new URL('docker-stand-in.ts', import.meta.url));

export interface DockerForTests {
  /** The PATH of who shall find it. */
  readonly path: string;
  /** The arguments of every call so far, each as one line. */
  calls(): string[];
  /** What the last `up` found in its environment. */
  environmentOfUp(): Record<string, string>;
  /** The process in each container that runs. */
  containers(): { name: string; pid: number }[];
  /** From now on the engine has a volume of that name. */
  makeVolume(name: string): void;
  /** From now on this verb (`version`, `compose pull`, ...) hangs, or fails with these words. */
  break(verb: string, fault: string): void;
}

/** An executable `docker` in a folder of its own, which stands in for Docker with an engine. */
export function dockerForTests(): DockerForTests {
  const folder = mkdtempSync(join(tmpdir(), 'docker with blanks '));
  const command = join(folder, 'docker');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' '${folder}' "$@"\n`);
  chmodSync(command, 0o755);
  const read = (file: string) =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
  return {
    path: [folder, process.env['PATH']].join(delimiter),
    calls: () =>
      read('calls')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as string[]).join(' ')),
    environmentOfUp: () => JSON.parse(read('environment')) as Record<string, string>,
    containers: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.container'))
        .map((file) => ({ name: file.replace(/\.container$/, ''), pid: Number(read(file)) }))
        .filter(({ pid }) => startTimeOf(pid) !== undefined),
    makeVolume(name) {
      writeFileSync(join(folder, name), '');
    },
    break(verb, fault) {
      writeFileSync(join(folder, verb), fault);
    },
  };
}
