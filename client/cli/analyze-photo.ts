import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Recognition } from '../../contracts/schema.generated.ts';
import { remedyOf, assertPhotoSize, TrackunitError, type TrackunitClient } from '../sdk/index.ts';

/** Where one photo is on its way. */
export type Step =
  | { readonly at: 'uploading'; readonly share: number }
  | { readonly at: 'waiting' }
  | { readonly at: 'analysing' };

/** How it ended for one photo; what `--json` prints. */
export type Outcome = {
  readonly photo: string;
  /** Null when the photo was not even accepted. */
  readonly correlationId: string | null;
  readonly seconds: number;
} & (
  | { readonly success: true; readonly recognition: Recognition; readonly failure: null }
  | { readonly success: false; readonly recognition: null; readonly failure: PhotoFailure }
);

export interface PhotoFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** One photo from its file to its result. Never throws for what can go wrong with one photo. */
export async function analyzePhoto(
  client: TrackunitClient,
  photo: string,
  options: {
    interruption: AbortSignal;
    timeoutMs: number | undefined;
    onStep: (step: Step) => void;
  },
): Promise<Outcome> {
  const { interruption, timeoutMs, onStep } = options;
  const began = Date.now();
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signal = timeout === undefined ? interruption : AbortSignal.any([interruption, timeout]);
  let correlationId: string | null = null;
  const about = () => ({ photo, correlationId, seconds: (Date.now() - began) / 1000 });
  try {
    const filename = basename(photo);
    assertPhotoSize((await stat(photo)).size, filename);
    const events = client.analyze(await readFile(photo, { signal }), {
      filename,
      signal,
      onProgress: ({ sentBytes, totalBytes }) =>
        onStep({ at: 'uploading', share: sentBytes / totalBytes }),
    });
    for await (const event of events) {
      correlationId = event.correlationId;
      if (event.state === 'uploaded') onStep({ at: 'waiting' });
      else if (event.state === 'started') onStep({ at: 'analysing' });
      else if (event.success)
        return { ...about(), success: true, recognition: event.recognition, failure: null };
      else {
        const failure = { ...event.failure, remedy: remedyOf(event.failure.code) };
        return { ...about(), success: false, recognition: null, failure };
      }
    }
    throw new Error('the events of an analysis end with its completion');
  } catch (error) {
    const failure = failureOf(error, { interruption, timeout, accepted: correlationId !== null });
    return { ...about(), success: false, recognition: null, failure };
  }
}

function failureOf(
  error: unknown,
  by: { interruption: AbortSignal; timeout: AbortSignal | undefined; accepted: boolean },
): PhotoFailure {
  const remedy = by.accepted
    ? 'The photo was accepted and its analysis goes on: `npm run ops -- analyses show <id>` shows it.'
    : 'The photo was not accepted: analyse it again.';
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
      remedy: 'Check that this user may read the file.',
    };
  throw error; // a fault of this program
}
