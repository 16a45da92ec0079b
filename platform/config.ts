import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Logger } from './logger.ts';

/** One environment variable: how it is read, what it means, whether its value may be shown. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly meaning: string;
  readonly secret?: boolean;
  /** What it was called in earlier versions: given under that name it is refused, not ignored. */
  readonly formerName?: string;
}
export type Settings = Readonly<Record<string, Setting>>;
export type Config<S extends Settings> = {
  readonly [Name in keyof S]: z.infer<NonNullable<S[Name]>['schema']>;
};

/** The environment is invalid; `message` lists every fault with what the variable means. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG';
}

/**
 * Reads the environment once. An empty variable counts as absent. A secret may stand in a file
 * instead, named by `<NAME>_FILE`; line breaks at its end do not count.
 *
 * @throws {ConfigError} with all faults at once; the values of secrets are not in it.
 */
export function readConfig<S extends Settings>(
  settings: S,
  environment: NodeJS.ProcessEnv = process.env,
): Config<S> {
  const values: Record<string, unknown> = {};
  const { given: environmentAndFiles, faults } = readFiles(settings, environment);
  for (const [name, setting] of Object.entries(settings)) {
    if (setting.formerName !== undefined && environment[setting.formerName])
      faults.push(
        `  ${setting.formerName} was renamed to ${name}: rename the variable. ${setting.meaning}`,
      );
    const given = environmentAndFiles[name] === '' ? undefined : environmentAndFiles[name];
    const read = setting.schema.safeParse(given);
    if (read.success) values[name] = read.data;
    else if (!faults.some((fault) => fault.startsWith(`  ${name}_FILE`)))
      faults.push(`  ${name} ${faultOf(given, setting, read.error)}. ${setting.meaning}`);
  }
  if (faults.length > 0)
    throw new ConfigError(`invalid environment, correct these variables:\n${faults.join('\n')}`);
  return values as Config<S>;
}

/** Settings whose files are read again while the process runs. */
export interface LiveConfig<S extends Settings> {
  /** Never older than five seconds; the previous values while the files are invalid. */
  current(): Config<S>;
  /** Read again now. */
  refresh(): Config<S>;
}

const reReadAfterMs = 5_000;

/**
 * For secrets that are replaced under a running process. Files that are swapped together, by a
 * symbolic link as Kubernetes does it, are seen together.
 *
 * @throws {ConfigError} the values at the start are invalid.
 */
export function readLiveConfig<S extends Settings>(
  settings: S,
  logger: Pick<Logger, 'error' | 'info'>,
  environment: NodeJS.ProcessEnv = process.env,
): LiveConfig<S> {
  let config = readConfig(settings, environment);
  let readAt = Date.now();
  let failed = false;
  const refresh = () => {
    readAt = Date.now();
    try {
      const read = readConfig(settings, environment);
      if (failed || JSON.stringify(read) !== JSON.stringify(config))
        logger.info({ settings: Object.keys(settings) }, 'secrets reloaded');
      config = read;
      failed = false;
    } catch (error) {
      if (!failed)
        logger.error({ err: error }, 'secrets not reloaded: previous values stay in use');
      failed = true;
    }
    return config;
  };
  return {
    refresh,
    current: () => (Date.now() - readAt < reReadAfterMs ? config : refresh()),
  };
}

const consistentReads = 5;

/** Reads every file twice, until both times say the same: two halves of a key belong together. */
function readFiles(settings: Settings, environment: NodeJS.ProcessEnv) {
  let read = readFilesOnce(settings, environment);
  for (let tries = 1; tries < consistentReads; tries += 1) {
    const again = readFilesOnce(settings, environment);
    if (JSON.stringify(again) === JSON.stringify(read)) break;
    read = again;
  }
  return read;
}

function readFilesOnce(settings: Settings, environment: NodeJS.ProcessEnv) {
  const given = { ...environment };
  const faults: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const file = environment[`${name}_FILE`];
    if (!setting.secret || !file) continue;
    if (environment[name]) faults.push(`  ${name} and ${name}_FILE are both set: set one of them`);
    try {
      given[name] = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    } catch (error) {
      faults.push(`  ${name}_FILE cannot be read (${(error as Error).message})`);
    }
  }
  return { given, faults };
}

/** The configuration as it may be logged. */
export function maskSecrets<S extends Settings>(settings: S, config: Config<S>) {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      settings[name]?.secret && value !== undefined ? '***' : value,
    ]),
  );
}

function faultOf(given: string | undefined, setting: Setting, error: z.ZodError): string {
  if (given === undefined)
    return setting.secret ? 'is missing: set it, or its _FILE' : 'is missing';
  const faults = error.issues.map((issue) => issue.message).join(', ');
  return setting.secret ? `is invalid (${faults})` : `is '${given}' (${faults})`;
}
