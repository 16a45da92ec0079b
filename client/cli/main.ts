// trackunit-client for the terminal. In: photos, folders, what appears in a folder. Out: a line per photo.
import pLimit from 'p-limit';
import {
  createTrackunitClient,
  TrackunitError,
  type Retry,
  type TrackunitClient,
} from '../sdk/index.ts';
import { analyzePhoto } from './analyze-photo.ts';
import { findPhotos, watchFolders } from './find-photos.ts';
import { help, readArguments, UsageError, type Arguments } from './read-arguments.ts';
import { readConfiguration } from './read-configuration.ts';
import { fitsOnScreen, reportProgress } from './report-progress.ts';
import { reportJson, reportLines, type Report } from './report.ts';

/** 0 all analysed, 1 some were not, 2 wrong usage, 130 interrupted. */
type ExitCode = 0 | 1 | 2 | 130;

async function run(): Promise<ExitCode> {
  const given = readArguments(process.argv.slice(2));
  if (given.help) {
    console.log(help);
    return 0;
  }
  const photos = await findPhotos(given.paths);
  const configuration = await readConfiguration(process.env, given.url);
  const client = createTrackunitClient({ ...configuration, onRetry: reportRetries() });
  const interruption = onInterrupt();
  await assertGatewayReachable(client, configuration.url);

  const report = reportOf(given, photos);
  const { analysed, failed } = await analyzeAll(client, given, photos, report, interruption);
  await report.close();
  if (analysed + failed > 1) report.note(`${analysed} analysed, ${failed} not`);
  if (interruption.aborted && given.watch.length === 0) return 130;
  return failed === 0 ? 0 : 1;
}

function reportOf(given: Arguments, photos: readonly string[]): Report {
  if (given.json) return reportJson();
  const moving = given.progress && process.stdout.isTTY && given.watch.length === 0;
  if (moving && fitsOnScreen(photos.length)) return reportProgress(photos);
  return reportLines(given.watch.length === 0 ? photos.length : undefined);
}

/** @returns how many photos were analysed, and how many were not. */
async function analyzeAll(
  client: TrackunitClient,
  given: Arguments,
  photos: readonly string[],
  report: Report,
  interruption: AbortSignal,
): Promise<{ analysed: number; failed: number }> {
  const limit = pLimit(given.concurrency);
  const underway = new Set<Promise<void>>();
  const count = { analysed: 0, failed: 0 };
  const one = async (photo: string) => {
    const outcome = await limit(() =>
      analyzePhoto(client, photo, {
        interruption,
        timeoutMs: given.timeoutMs,
        onStep: (step) => report.step(photo, step),
      }),
    );
    count[outcome.success ? 'analysed' : 'failed'] += 1;
    report.outcome(outcome);
  };
  const begin = (photo: string) => {
    const running = one(photo).finally(() => underway.delete(running));
    underway.add(running);
  };
  photos.forEach(begin);
  if (given.watch.length > 0)
    await watchFolders(given.watch, {
      onWatching: () => report.note(`watching ${given.watch.join(', ')}; Ctrl-C ends it`),
      onPhoto: begin,
      until: interruption,
    });
  await Promise.all(underway);
  return count;
}

/** The first Ctrl-C ends the run in order, the second one at once. */
function onInterrupt(): AbortSignal {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(130);
      interruption.abort(new Error('interrupted'));
    });
  return interruption.signal;
}

const reportEveryMs = 15_000;

/** Says why nothing moves; a single failure is over before it is read. */
function reportRetries(): (retry: Retry) => void {
  let next = 0;
  return ({ failure, failures }) => {
    if (failures < 2 || Date.now() < next) return;
    next = Date.now() + reportEveryMs;
    console.error(`${failure.message}; retrying ...`);
  };
}

const gatewayLimitMs = 5_000; // it may just be restarting

/** The gateway, or the issuer of its tokens. */
const unreachable = new Set(['UNREACHABLE', 'ISSUER_UNREACHABLE']);

async function assertGatewayReachable(client: TrackunitClient, url: string): Promise<void> {
  try {
    await client.ping({ retryForMs: gatewayLimitMs });
  } catch (error) {
    if (!(error instanceof TrackunitError) || !unreachable.has(error.code)) throw error;
    const what =
      error.code === 'UNREACHABLE' ? `graph-gateway does not answer at ${url}` : error.message;
    throw new TrackunitError(error.code, what, {
      remedy: 'Start it with `npm start`, or name another address with --url.',
      cause: error,
    });
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1); // the reader of the pipe has gone: `| head -1`
});

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}\nTry --help.`);
    else if (error instanceof TrackunitError) console.error(`${error.message}. ${error.remedy}`);
    else console.error(error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
