import { parseArgs, type ParseArgsConfig } from 'node:util';
import { storeNames, type StoreName } from '../stack/store-in-use.ts';
import { UserError } from '../host/user-error.ts';

interface StartCommandOptions {
  readonly words: readonly string[];
  /** The object store that the command line asks for. */
  readonly store: StoreName | undefined;
  /** The servers alone. */
  readonly servers: boolean;
}

/**
 * What the commands that start a stack take.
 *
 * @throws {UserError} an unknown option or store.
 */
export function readStartOptions(args: readonly string[], usage?: string): StartCommandOptions {
  const options = {
    store: { type: 'string' },
    servers: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseOptions(args, options, usage);
  const store = storeNames.find((name) => name === values.store);
  if (values.store !== undefined && store === undefined)
    throw new UserError(`invalid --store '${values.store}': ${storeNames.join(' or ')}.`);
  return { words: positionals, store, servers: values.servers };
}

/**
 * What `parseArgs` of Node reads; `--help` prints the usage and ends the process.
 *
 * @throws {UserError} an unknown option, or one without its value; with the usage of the command.
 */
export function parseOptions<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  usage?: string,
) {
  if (usage !== undefined && args.some((arg) => arg === '--help' || arg === '-h')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const { message } = error as Error;
    throw new UserError(usage === undefined ? message : `${message}\n\n${usage}`, { cause: error });
  }
}
