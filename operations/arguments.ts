import { parseArgs } from 'node:util';
import { UsageError } from './usage.ts';

export type Options = ReturnType<typeof parse>['values'];

/** Lines to read. */
export type Command = (id: string | undefined, options: Options) => Promise<string[]>;

/** @throws {UsageError} an option or a value that is not one of ours. */
export function readArguments() {
  const { positionals, values } = parse();
  const [subject = '', verb = '', id, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`too many words: ${more.join(' ')}`);
  if (!/^[1-9]\d{0,3}$/.test(values.first)) throw new UsageError('--first is a number up to 9999');
  return { command: `${subject} ${verb}`, id, options: values };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        state: { type: 'string' },
        owner: { type: 'string' },
        brand: { type: 'string' },
        code: { type: 'string' },
        first: { type: 'string', default: '20' },
        terminate: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}
