import type { z } from 'zod';

/** One environment variable: how it is read, what it means, whether its value may be shown. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly meaning: string;
  readonly secret?: boolean;
}
export type Settings = Readonly<Record<string, Setting>>;
export type Config<S extends Settings> = { readonly [Name in keyof S]: z.infer<S[Name]['schema']> };

/** The environment does not fit; `message` lists every fault with what the variable means. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG';
}

/**
 * Reads the environment once. An empty variable counts as absent.
 *
 * @throws {ConfigError} with all faults at once; the values of secrets are not in it.
 */
export function readConfig<S extends Settings>(
  settings: S,
  environment: NodeJS.ProcessEnv = process.env,
): Config<S> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const given = environment[name] === '' ? undefined : environment[name];
    const read = setting.schema.safeParse(given);
    if (read.success) values[name] = read.data;
    else faults.push(`  ${name} ${faultOf(given, setting, read.error)}. ${setting.meaning}`);
  }
  if (faults.length > 0)
    throw new ConfigError(`the environment does not fit:\n${faults.join('\n')}`);
  return values as Config<S>;
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
  if (given === undefined) return 'is missing';
  const faults = error.issues.map((issue) => issue.message).join(', ');
  return setting.secret ? `is wrong (${faults})` : `is '${given}' (${faults})`;
}
