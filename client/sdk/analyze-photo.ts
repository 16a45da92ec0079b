import type { FeedEvent } from './feed/events.ts';
import type { FeedReader } from './feed/feed-reader.ts';
import { readToEnd } from './feed/follow-analysis.ts';
import type { SharedFeed } from './feed/shared-feed.ts';
import type { Transport } from './graphql/transport.ts';
import { anyOf } from './http/retry.ts';
import { uploadPhoto, type PhotoOptions, type UploadedEvent } from './upload/upload-photo.ts';

/** What happens to one photo, in this order. */
export type AnalysisEvent = UploadedEvent | FeedEvent;

/**
 * From the bytes to the result. It listens before the photo is confirmed: where the stream is open by
 * then, nothing need be asked for afterwards.
 */
export async function* analyzePhoto(
  { transport, feed }: { transport: Transport; feed: SharedFeed },
  photo: Blob | Uint8Array,
  options: PhotoOptions,
): AsyncGenerator<AnalysisEvent, void, undefined> {
  const done = new AbortController();
  const signal = anyOf(done.signal, options.signal);
  let listening: { correlationId: string; reader: FeedReader; isKnown: boolean } | undefined;
  const listen = (correlationId: string) => {
    if (listening?.correlationId === correlationId) return listening;
    listening?.reader.leave();
    const reader = feed.join({ correlationId, signal });
    return (listening = { correlationId, reader, isKnown: reader.hasBegun });
  };
  try {
    const uploaded = await uploadPhoto(transport, photo, options, listen);
    yield uploaded;
    const { reader, ...of } = listen(uploaded.correlationId);
    yield* readToEnd(transport, reader, { ...of, signal });
  } finally {
    done.abort();
    listening?.reader.leave();
  }
}
