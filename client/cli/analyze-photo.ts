import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  remedyOf,
  assertPhotoSize,
  TrackunitError,
  type AnalysisEvent,
  type TrackunitClient,
} from '../sdk/index.ts';
import type { AnalyzeOnce } from './analyze-once.ts';
import type { FollowQueue } from './follow-queue.ts';
import { describeFileError } from './folders/file-error.ts';
import type { PhotoFile } from './folders/photo-file.ts';
import type { Outcome, PhotoFailure, Step } from './outcome.ts';

export interface AnalyzeOptions {
  readonly interruption: AbortSignal;
  /** Undefined: for ever. */
  readonly timeoutMs: number | undefined;
  readonly onStep: (step: Step) => void;
  /** Absent where nobody is shown the place of a photo that waits. */
  readonly followQueue?: FollowQueue | undefined;
}

/** One photo from its file to its result. Never throws for what can go wrong with one photo. */
export async function analyzePhoto(
  client: TrackunitClient,
  file: PhotoFile,
  options: AnalyzeOptions & { readonly analyzeOnce: AnalyzeOnce },
): Promise<Outcome> {
  const filename = basename(file.name);
  const begun = Date.now();
  try {
    assertPhotoSize((await stat(file.path)).size, filename);
    const bytes = await readFile(file.path, { signal: options.interruption });
    return await options.analyzeOnce(bytes, file.name, () =>
      endOf(file.name, null, options, (signal) =>
        client.analyze(bytes, {
          filename,
          signal,
          onProgress: ({ sentBytes, totalBytes }) =>
            options.onStep({ at: 'uploading', share: sentBytes / totalBytes }),
        }),
      ),
    );
  } catch (error) {
    const failure = failureOf(error, { ...options, timeout: undefined, correlationId: null });
    const seconds = (Date.now() - begun) / 1000;
    return {
      photo: file.name,
      correlationId: null,
      seconds,
      success: false,
      recognition: null,
      failure,
    };
  }
}

/** An analysis that an earlier run began, to its result. */
export const followPhoto = (
  client: TrackunitClient,
  correlationId: string,
  options: AnalyzeOptions,
): Promise<Outcome> =>
  endOf(correlationId, correlationId, options, (signal) =>
    client.follow(correlationId, { signal }),
  );

async function endOf(
  photo: string,
  known: string | null,
  { interruption, timeoutMs, onStep, followQueue }: AnalyzeOptions,
  listen: (signal: AbortSignal) => AsyncIterable<AnalysisEvent>,
): Promise<Outcome> {
  const began = Date.now();
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signal = timeout === undefined ? interruption : AbortSignal.any([interruption, timeout]);
  let correlationId = known;
  let leaveQueue: (() => void) | undefined;
  let hasStarted = false;
  const about = () => ({ photo, correlationId, seconds: (Date.now() - began) / 1000 });
  try {
    for await (const event of listen(signal)) {
      correlationId = event.correlationId;
      if (event.state !== 'completed')
        leaveQueue ??= followQueue?.(correlationId, (place) => {
          if (place.ownAhead > 0 || !hasStarted) onStep({ at: 'waiting', place });
        });
      hasStarted ||= event.state === 'started';
      if (event.state === 'uploaded') onStep({ at: 'waiting' });
      else if (event.state === 'started') onStep({ at: 'analyzing' });
      else if (event.state === 'corrected') continue;
      else if (event.state === 'deleted') return { ...about(), ...deleted };
      else if (event.success)
        return {
          ...{ ...about(), success: true, recognition: event.recognition, failure: null },
          duplicateOf: event.duplicateOf,
        };
      else {
        const failure = { ...event.failure, remedy: remedyOf(event.failure.code) };
        return { ...about(), success: false, recognition: null, failure };
      }
    }
    throw new Error('the events of an analysis end with its completion');
  } catch (error) {
    const failure = failureOf(error, { interruption, timeout, correlationId });
    return { ...about(), success: false, recognition: null, failure };
  } finally {
    leaveQueue?.();
  }
}

const deleted = {
  success: false,
  recognition: null,
  failure: {
    code: 'DELETED',
    message: 'the analysis was deleted',
    remedy: 'Analyze the photo again if that was not meant.',
  },
} as const;

function failureOf(
  error: unknown,
  by: {
    interruption: AbortSignal;
    timeout: AbortSignal | undefined;
    correlationId: string | null;
  },
): PhotoFailure {
  const remedy =
    by.correlationId === null
      ? 'The photo was not accepted: analyze it again.'
      : `The photo was accepted and its analysis goes on: \`npm run analyze -- --follow ${by.correlationId}\` waits for its result.`;
  if (by.interruption.aborted)
    return { code: 'INTERRUPTED', message: 'interrupted before the result came', remedy };
  if (by.timeout?.aborted)
    return { code: 'WAITED_TOO_LONG', message: 'no result within --timeout', remedy };
  if (error instanceof TrackunitError)
    return { code: error.code, message: error.message, remedy: error.remedy };
  if (error instanceof Error && 'syscall' in error)
    return {
      code: 'UNREADABLE',
      message: error.message,
      remedy: describeFileError(error).remedy,
    };
  throw error; // a fault of this program
}
