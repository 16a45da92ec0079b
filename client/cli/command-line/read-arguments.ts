import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

export const help = `Analyses photos of construction machines: brand, type and model.

  npm run analyze -- <photo or folder>...
  npm run analyze -- --watch <folder>
  npm run analyze -- --follow <id>

Photos are JPEG, PNG or WebP of at most 20 MB; a folder stands for all of them in and below it, links
are followed. What of a folder is left out (HEIC, hidden files, thumbnails ...) is counted and named on
stderr. Files with the same bytes are sent once and get the same result.

  -c, --concurrency <n>  photos at a time, 1 to 25 (default 4)
      --json             one JSON object per photo on stdout, and nothing else
      --no-progress      plain lines also on a terminal
      --watch <folder>   analyses every photo that appears or is replaced in the folder, until
                         Ctrl-C; may be given more than once
      --follow <id>      waits for the result of an analysis that was begun before; may be given
                         more than once
      --dry-run          prints which photos would be sent, and what is left out; sends nothing
      --ignore <glob>    leaves out what matches, by its name or its path below the folder, e.g.
                         '*_small.jpg'; may be given more than once
      --no-recursive     a folder stands for the photos in it, not below it
      --timeout <time>   waits so long for each photo, e.g. 30s or 5m (default 10m; 0: for ever)
      --url <address>    GraphQL endpoint (default: TRACKUNIT_URL, or the running stack)
  -h, --help             this page

Exit code: 0 all analyzed, 1 some were not, 2 wrong usage, 130 interrupted.

Environment:
  TRACKUNIT_URL            GraphQL endpoint (default http://127.0.0.1:4000/graphql)
  TRACKUNIT_TOKEN          an access token; or, to get tokens by client credentials:
  TRACKUNIT_ISSUER         OpenID provider
  TRACKUNIT_CLIENT_ID      this client there
  TRACKUNIT_CLIENT_SECRET  its secret
  TRACKUNIT_SCOPE          scope asked for (default: analysis)
  TRACKUNIT_STACK          without any of these: the local stack to use, dev or test (default dev); as
                           the person who is logged in there (\`npm run login\`), else as its local-user`;

/** Which photos a folder stands for. */
export interface FolderRules {
  readonly recursive: boolean;
  /** Glob patterns, for the name or for the path below the folder. */
  readonly ignore: readonly string[];
}

export interface Arguments {
  readonly help: boolean;
  readonly paths: readonly string[];
  readonly watch: readonly string[];
  /** Ids of analyses. */
  readonly follow: readonly string[];
  readonly dryRun: boolean;
  readonly rules: FolderRules;
  readonly concurrency: number;
  readonly json: boolean;
  readonly progress: boolean;
  readonly url: string | undefined;
  /** For each photo; undefined: for ever. */
  readonly timeoutMs: number | undefined;
}

const mostAtOnce = 25; // each may hold 20 MB

/** @throws {UsageError} */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parse(words);
  const { watch = [], follow = [], ignore = [], recursive } = values;
  if (!values.help && positionals.length + watch.length + follow.length === 0)
    throw new UsageError('no photo given: name a photo, a folder, or --watch <folder>.');
  return {
    help: values.help,
    paths: positionals,
    watch,
    follow: follow.map(readId),
    dryRun: values['dry-run'],
    rules: { recursive, ignore },
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
        follow: { type: 'string', multiple: true },
        'dry-run': { type: 'boolean', default: false },
        ignore: { type: 'string', multiple: true },
        recursive: { type: 'boolean', default: true },
        timeout: { type: 'string', default: '10m' },
        url: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function readId(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new UsageError(`invalid --follow '${text}': expected the id of an analysis, a UUID.`);
}

function readConcurrency(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= mostAtOnce) return number;
  throw new UsageError(
    `invalid --concurrency '${text}': expected a number from 1 to ${mostAtOnce}.`,
  );
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

function readTimeout(text: string): number | undefined {
  if (text === '0') return undefined;
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * units[unit as keyof typeof units];
  if (milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw new UsageError(
    `invalid --timeout '${text}': expected a time like 500ms, 30s, 5m or 2h, at most 596h, or 0.`,
  );
}
