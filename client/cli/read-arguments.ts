import { parseArgs } from 'node:util';

/** The command line does not make sense; the message says which part. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Arguments {
  readonly help: boolean;
  readonly paths: readonly string[];
  readonly watch: readonly string[];
  readonly concurrency: number;
  readonly json: boolean;
  readonly progress: boolean;
  readonly url: string | undefined;
  /** For each photo; undefined: for ever. */
  readonly timeoutMs: number | undefined;
}

const mostAtOnce = 25; // two streams a photo; a gateway takes 50 of one user

/** @throws {UsageError} */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parse(words);
  const watch = values.watch ?? [];
  if (!values.help && positionals.length === 0 && watch.length === 0)
    throw new UsageError('Which photo? Name at least one, or a folder.');
  return {
    help: values.help,
    paths: positionals,
    watch,
    concurrency: readConcurrency(values.concurrency),
    json: values.json,
    progress: values.progress,
    url: values.url,
    timeoutMs: readTimeout(values.timeout),
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      allowNegative: true,
      options: {
        concurrency: { type: 'string', short: 'c', default: '4' },
        json: { type: 'boolean', default: false },
        progress: { type: 'boolean', default: true },
        watch: { type: 'string', multiple: true },
        timeout: { type: 'string', default: '10m' },
        url: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function readConcurrency(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= mostAtOnce) return number;
  throw new UsageError(`--concurrency takes a number from 1 to ${mostAtOnce}, not '${text}'.`);
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

function readTimeout(text: string): number | undefined {
  if (text === '0') return undefined;
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * units[unit as keyof typeof units];
  if (milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw new UsageError(`--timeout takes a time like 30s, 5m or 2h, or 0, not '${text}'.`);
}
