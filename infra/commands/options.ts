import { parseArgs } from 'node:util';
import { storeNames, type StoreName } from '../stack/store-in-use.ts';
import { UserError } from '../host/user-error.ts';

export interface StartCommandOptions {
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
export function readStartOptions(args: readonly string[]): StartCommandOptions {
  const { values, positionals } = parse(args);
  const store = storeNames.find((name) => name === values.store);
  if (values.store !== undefined && store === undefined)
    throw new UserError(`--store ${values.store} is unknown: ${storeNames.join(' or ')}.`);
  return { words: positionals, store, servers: values.servers };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      store: { type: 'string' },
      servers: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UserError((error as Error).message, { cause: error });
  }
}
