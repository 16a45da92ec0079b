import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { portsOf, type Ports, type StackName } from './ports.ts';

/** Top of the clone, without a slash at its end. */
export const cloneFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** Installed servers, shared by all clones of this user. */
export const cacheFolder = () => join(homedir(), '.cache', 'trackunit-analysis');

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
  'S3_ACCESS_KEY',
  'S3_SECRET_KEY',
  'INTERNAL_TOKEN',
  'TICKET_KEY',
  'IDENTITY_SECRET',
  'CONTROL_TOKEN',
] as const;
export type Secrets = Readonly<Record<(typeof secretNames)[number], string>>;

/** Makes the stack's folder and secrets where they are missing. Starts nothing. */
export function openStack(name: StackName, dataFolder = join(cloneFolder, '.data')): Stack {
  const folder = join(dataFolder, name);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  return { name, folder, logs, ports: portsOf(name), secrets: readSecrets(folder) };
}

/** Generated once per stack into `secrets.json`, readable by its user only. Hex, so safe in a URL. */
function readSecrets(folder: string): Secrets {
  const file = join(folder, 'secrets.json');
  const known = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>)
    : {};
  const missing = secretNames.filter((name) => known[name] === undefined);
  const secrets = { ...known } as Record<(typeof secretNames)[number], string>;
  for (const name of missing)
    secrets[name] = randomBytes(name === 'S3_ACCESS_KEY' ? 10 : 20).toString('hex');
  if (missing.length > 0) {
    const written = `${file}.${process.pid}`;
    writeFileSync(written, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    renameSync(written, file);
  }
  return secrets;
}
