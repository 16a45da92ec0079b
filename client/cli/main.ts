// trackunit-client for the terminal. In: photos, folders, what appears in a folder. Out: a line per photo.
import pLimit from 'p-limit';
import { createTrackunitClient, TrackunitError, type TrackunitClient } from '../sdk/index.ts';
import { createAnalyzeOnce } from './analyze-once.ts';
import { analyzePhoto, followPhoto } from './analyze-photo.ts';
import { createFollowQueue } from './follow-queue.ts';
import { findPhotos } from './folders/find-photos.ts';
import { describeLeftOut, summarizeLeftOut } from './folders/left-out.ts';
import type { PhotoFile } from './folders/photo-file.ts';
import { watchFolders } from './folders/watch-folders.ts';
import type { Outcome, Step } from './outcome.ts';
import { help, readArguments, type Arguments } from './command-line/read-arguments.ts';
import { readConfiguration } from './read-configuration.ts';
import { fitsOnScreen, reportProgress } from './report-progress.ts';
import { printable, reportJson, reportLines, reportRetries, type Report } from './report.ts';
import { UsageError } from './command-line/usage-error.ts';

/** 0 all analyzed, 1 some were not, 2 wrong usage, 130 interrupted. */
type ExitCode = 0 | 1 | 2 | 130;

async function run(): Promise<ExitCode> {
  const given = readArguments(process.argv.slice(2));
  if (given.help) {
    console.log(help);
    return 0;
  }
  const { photos, leftOut } = await findPhotos(given.paths, given.rules);
  if (given.dryRun) {
    for (const { name } of photos)
      console.log(given.json ? JSON.stringify({ photo: name }) : printable(name));
    for (const one of leftOut) console.error(printable(describeLeftOut(one)));
    return 0;
  }
  const configuration = await readConfiguration(process.env, given.url);
  const client = createTrackunitClient({ ...configuration, onRetry: reportRetries() });
  const interruption = onInterrupt();
  await assertGatewayReachable(client, configuration.url);

  const report = reportOf(given, photos);
  const { analyzed, failed, same } = await analyzeAll(client, given, photos, report, interruption);
  await report.close();
  const copies = same === 0 ? '' : `, ${same} of them the same photo as another`;
  if (analyzed + failed > 1) report.note(`${analyzed} analyzed, ${failed} not${copies}`);
  for (const line of summarizeLeftOut(leftOut)) report.note(line);
  if (interruption.aborted && given.watch.length === 0) return 130;
  return failed === 0 ? 0 : 1;
}

function reportOf(given: Arguments, photos: readonly PhotoFile[]): Report {
  if (given.json) return reportJson();
  const names = [...given.follow, ...photos.map(({ name }) => name)];
  const moving = given.progress && process.stdout.isTTY && given.watch.length === 0;
  if (moving && fitsOnScreen(names.length)) return reportProgress(names);
  return reportLines(given.watch.length === 0 ? names.length : undefined);
}

/** @returns how many photos were analyzed, how many of them as a copy of another, and how many were not. */
async function analyzeAll(
  client: TrackunitClient,
  given: Arguments,
  photos: readonly PhotoFile[],
  report: Report,
  interruption: AbortSignal,
): Promise<{ analyzed: number; failed: number; same: number }> {
  const limit = pLimit(given.concurrency);
  const analyzeOnce = createAnalyzeOnce();
  const underway = new Set<Promise<void>>();
  const count = { analyzed: 0, failed: 0, same: 0 };
  const followQueue = report.showsPlaces ? createFollowQueue(client) : undefined;
  const optionsOf = (name: string) => ({
    interruption,
    timeoutMs: given.timeoutMs,
    onStep: (step: Step) => report.step(name, step),
    followQueue,
  });
  const begin = (end: () => Promise<Outcome>) => {
    const running = limit(end)
      .then((outcome) => {
        count[outcome.success ? 'analyzed' : 'failed'] += 1;
        if (outcome.sameAs !== undefined) count.same += 1;
        report.outcome(outcome);
      })
      .finally(() => underway.delete(running));
    underway.add(running);
  };
  const analyze = (photo: PhotoFile) =>
    begin(() => analyzePhoto(client, photo, { ...optionsOf(photo.name), analyzeOnce }));
  const follow = async (id: string) => {
    const found = await client.analysis(id, { signal: interruption }).catch(() => undefined);
    if (found === null) report.note(`${id}: unknown to this user, or not started yet; waiting`);
    return followPhoto(client, id, optionsOf(id));
  };
  for (const id of given.follow) begin(() => follow(id));
  photos.forEach(analyze);
  if (given.watch.length > 0)
    await watchFolders(given.watch, given.rules, {
      onWatching: () => report.note(`watching ${given.watch.join(', ')}; Ctrl-C ends it`),
      onPhoto: analyze,
      onLeftOut: (leftOut) => report.note(describeLeftOut(leftOut)),
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
