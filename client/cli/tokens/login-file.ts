// The login of a person, kept between runs: one file for each issuer and client, for this user's eyes only.
import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { TrackunitError } from '../../sdk/index.ts';

const loginSchema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  /** As the issuer calls the person. */
  user: z.string(),
  accessToken: z.string().min(1),
  /** Milliseconds since 1970. */
  usableUntil: z.number(),
  refreshToken: z.string().optional(),
});

export type Login = z.infer<typeof loginSchema>;

/** @param environment XDG_CONFIG_HOME counts where it is absolute, as the XDG specification says. */
export function loginFileOf(
  { issuer, clientId }: Pick<Login, 'issuer' | 'clientId'>,
  environment: NodeJS.ProcessEnv,
): string {
  const given = environment['XDG_CONFIG_HOME'] ?? '';
  const folder = isAbsolute(given) ? given : join(homedir(), '.config');
  const id = createHash('sha256')
    .update(JSON.stringify([issuer, clientId]))
    .digest('hex');
  return join(
    folder,
    'trackunit-analysis',
    `login-${new URL(issuer).hostname}-${id.slice(0, 16)}.json`,
  );
}

/**
 * @returns undefined where nobody is logged in.
 * @throws {TrackunitError} LOGIN_EXPOSED others may read the file; LOGIN_DAMAGED it holds something else.
 */
export async function readLogin(file: string): Promise<Login | undefined> {
  const text = await readPrivately(file);
  if (text === undefined) return undefined;
  try {
    return loginSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new TrackunitError('LOGIN_DAMAGED', `the login in ${file} is damaged`, {
      remedy: 'Log in again: `npm run login`.',
      cause: error,
    });
  }
}

async function readPrivately(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { mode, uid } = await handle.stat(); // of what is read, not of what has its name by then
    if ((mode & 0o077) !== 0 || (process.getuid && uid !== process.getuid()))
      throw new TrackunitError('LOGIN_EXPOSED', `others may read or write the login in ${file}`, {
        remedy:
          'Its tokens may be known: end it by `npm run login -- --logout`, then log in again.',
      });
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

export async function writeLogin(file: string, login: Login): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
}

export const deleteLogin = (file: string): Promise<void> => rm(file, { force: true });
