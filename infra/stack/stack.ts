import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import writeFileAtomic from 'write-file-atomic';
import type { StackName } from '../../contracts/processes.ts';
import { ensureKeys } from '../keys/generations.ts';
import { keysFolder } from '../keys/key-settings.ts';
import { portsOf, type Ports } from './ports.ts';

/** Top of the clone, without a slash at its end. */
export const cloneFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Installed servers, shared by all clones of this user. */
export const cacheFolder = () => join(homedir(), '.cache', 'trackunit-analysis');

/** How its servers are run. */
export type Runtime = 'compose' | 'native';

/** One set of servers and processes: its place on disk, its ports, its secrets. */
export interface Stack {
  readonly name: StackName;
  readonly folder: string;
  readonly logs: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
}

const secretNames = [
  'RABBITMQ_USER',
  'RABBITMQ_PASSWORD',
  'DATABASE_PASSWORD',
  'DATABASE_ADMIN_PASSWORD',
  'S3_ROOT_ACCESS_KEY',
  'S3_ROOT_SECRET_KEY',
  'INTERNAL_TOKEN',
  'IDENTITY_SECRET',
  'CONTROL_TOKEN',
] as const;
type Secrets = Readonly<Record<(typeof secretNames)[number], string>>;

/** Of earlier versions: the root key of MinIO, public in every putUrl, and what lies in keys/ now. */
interface FormerSecrets {
  S3_ACCESS_KEY?: string | undefined;
  S3_SECRET_KEY?: string | undefined;
  TICKET_KEY?: string | undefined;
}

/** Makes the stack's folder, secrets and keys where they are missing. Starts nothing. */
export function openStack(name: StackName, dataFolder = join(cloneFolder, '.data')): Stack {
  const folder = join(dataFolder, name);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(folder, ({ TICKET_KEY }) => {
    ensureKeys(keysFolder({ folder }), TICKET_KEY);
  });
  return { name, folder, logs, ports: portsOf(name), secrets };
}

/**
 * Generated once per stack into `secrets.json`, readable by its user only. Hex, so safe in a URL.
 *
 * @param carryOver keeps what is still needed of an earlier version's secrets, before they are dropped.
 */
function openSecrets(folder: string, carryOver: (former: FormerSecrets) => void): Secrets {
  const file = join(folder, 'secrets.json');
  const { S3_ACCESS_KEY, S3_SECRET_KEY, TICKET_KEY, ...known } = (
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  ) as Partial<Secrets> & FormerSecrets;
  carryOver({ TICKET_KEY });
  const missing = secretNames.filter((name) => known[name] === undefined);
  const secrets = { ...known } as Record<(typeof secretNames)[number], string>;
  for (const name of missing)
    secrets[name] = randomBytes(name === 'S3_ROOT_ACCESS_KEY' ? 10 : 20).toString('hex');
  if (missing.length > 0 || (S3_ACCESS_KEY ?? S3_SECRET_KEY ?? TICKET_KEY) !== undefined)
    writeFileAtomic.sync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
