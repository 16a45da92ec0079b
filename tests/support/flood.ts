// Many photos of one user, as fast as the gateway takes them, and how many of them have ended.
import pLimit from 'p-limit';
import sharp from 'sharp';
import { varyPhoto } from './images/vary-photo.ts';
import { completedIn, deadline, watchFeed, type User, type WatchedFeed } from './harness/users.ts';

export interface Flood {
  readonly correlationIds: readonly string[];
  /** Ends that its user has heard of. */
  ended(): number;
  /** Resolves when each of them has ended; rejects after so long. */
  allEnded(within: number): Promise<void>;
}

/** The smallest photo that is one. */
const photo = sharp({ create: { width: 64, height: 48, channels: 3, background: 'orange' } })
  .jpeg()
  .toBuffer();

const together = 16;

const feeds: WatchedFeed[] = [];

/** For `afterEach`: leaves the feeds of every flood. */
export async function stopFloods(): Promise<void> {
  await Promise.all(feeds.splice(0).map((feed) => feed.stop()));
}

/** Resolves when all are accepted. */
export async function flood({ client }: User, photos: number): Promise<Flood> {
  const feed = await watchFeed(client);
  feeds.push(feed);
  const bytes = new Uint8Array(await photo);
  const limit = pLimit(together);
  const correlationIds = await Promise.all(
    Array.from({ length: photos }, () =>
      limit(
        async () => (await client.upload(varyPhoto(bytes), { signal: deadline() })).correlationId,
      ),
    ),
  );
  return {
    correlationIds,
    ended: () => new Set(completedIn(feed.events)).size,
    allEnded: (within) => feed.ended(correlationIds, within),
  };
}
