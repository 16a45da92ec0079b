// PostgreSQL refuses to run as root: as whom it runs where the launcher is root.
import { mkdir, stat } from 'node:fs/promises';
import { execa } from 'execa';
import { UserError } from '../host/user-error.ts';
import { cloneFolder } from '../stack/stack.ts';

/** How a command is run as another user, and whose its files have to be. */
export interface RunAs {
  /** Put before the command. */
  readonly words: readonly string[];
  readonly owner: number;
  /** For the log. */
  readonly meaning: string;
}

/** Root stays the owner of the files, and enters what only root may. */
const inNamespace: RunAs = {
  words: ['unshare', '--user', '--map-user=1000', '--map-group=1000'],
  owner: 0,
  meaning: 'as user 1000 of a user namespace, which is root outside of it',
};

const asUser = (user: number): RunAs => ({
  words: ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'],
  owner: user,
  meaning: `as user ${user}, to whom its folder is given`,
});

const nobody = 65_534;

/**
 * Tries each way on the binary and on the folder, which is made where it is missing.
 *
 * @returns undefined where the launcher is not root: it runs as that user then.
 * @throws {UserError} no user but root may run the binary and write into the folder.
 */
export async function runAsOther(binary: string, folder: string): Promise<RunAs | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return undefined;
  const { uid } = await stat(cloneFolder);
  const reasons: string[] = [];
  for (const as of [inNamespace, ...[uid, nobody].filter((user) => user !== 0).map(asUser)]) {
    const reason = await whyNot(as, binary, folder);
    if (reason === undefined) return as;
    reasons.push(`${as.words[0] ?? ''}: ${reason}`);
  }
  throw new UserError(
    `PostgreSQL does not run as root, and cannot be run as another user here (${reasons.join('; ')}): ` +
      'run the launcher as another user, the servers in containers (README), or give DATABASE_URL.',
  );
}

async function whyNot(as: RunAs, binary: string, folder: string): Promise<string | undefined> {
  await giveTo(as, folder);
  for (const command of [
    [binary, '--version'],
    ['test', '-w', folder],
  ]) {
    const [first = '', ...words] = [...as.words, ...command];
    const { failed, stderr, shortMessage } = await execa(first, words, { reject: false });
    if (failed) return stderr.trim().split('\n')[0] || shortMessage;
  }
  return undefined;
}

/** All of a folder: an earlier start may have run as somebody else. */
export async function giveTo({ owner }: RunAs, folder: string): Promise<void> {
  if ((await stat(folder)).uid === owner) return;
  await execa('chown', ['-R', `${owner}:${owner}`, folder]);
}
