// One journey through the real client, its two waits measured at the client.
import type { TrackunitClient } from '../../../client/sdk/index.ts';
import { varyPhoto } from '../../support/images/vary-photo.ts';
import { declarationOf, put } from '../../support/upload-by-hand.ts';

export interface JourneyTimes {
  /** From sending `confirmUpload` to `onAnalysisStarted`, in milliseconds. */
  readonly startedMs: number;
  /** From sending `confirmUpload` to `onAnalysisCompleted`, in milliseconds. */
  readonly completedMs: number;
}

/** Reads the feed of one user and hands each event to the journey that waits for it. */
export class JourneyClock {
  readonly #client: TrackunitClient;
  readonly #photo: Uint8Array;
  readonly #stop = new AbortController();
  readonly #waiting = new Map<string, (state: 'started' | 'completed', at: number) => void>();

  constructor(client: TrackunitClient, photo: Uint8Array) {
    this.#client = client;
    this.#photo = photo;
  }

  /** Runs until {@link stop}; rejects when the feed fails. */
  async listen(): Promise<void> {
    try {
      for await (const event of this.#client.watch({ signal: this.#stop.signal }))
        if (event.state === 'started' || event.state === 'completed')
          this.#waiting.get(event.correlationId)?.(event.state, performance.now());
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Uploads the photo, confirms it and waits for its end. */
  async run(): Promise<JourneyTimes> {
    const photo = varyPhoto(this.#photo); // the same one would be recognised once
    const declared = declarationOf(photo);
    const { correlationId, imageUploadPayload } = await this.#client.startUpload(declared);
    const answer = await put(imageUploadPayload, photo);
    if (answer !== 200) throw new Error(`the store answered ${answer}`);

    const completed = Promise.withResolvers<JourneyTimes>();
    const confirmedAt = performance.now();
    let startedMs = Number.NaN;
    this.#waiting.set(correlationId, (state, at) => {
      if (state === 'started') startedMs = at - confirmedAt;
      else completed.resolve({ startedMs, completedMs: at - confirmedAt });
    });
    await this.#client.confirmUpload({
      uploadId: imageUploadPayload.uploadId,
      bytes: declared.bytes,
      checksum: declared.checksum,
    });
    return completed.promise.finally(() => this.#waiting.delete(correlationId));
  }
}

/** So many journeys begun each second, however long each takes. */
export async function runSteadily(
  clock: JourneyClock,
  perSecond: number,
  seconds: number,
): Promise<JourneyTimes[]> {
  const journeys: Promise<JourneyTimes>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      journeys.push(clock.run());
      if (journeys.length < perSecond * seconds) return;
      clearInterval(timer);
      resolve();
    }, 1000 / perSecond);
  });
  return Promise.all(journeys);
}
