// What every story begins with: the running stack, users of its own, photos, a deadline.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { clientCredentials } from '../../../client/cli/tokens/client-credentials.ts';
import {
  createTrackunitClient,
  type AnalysisEvent,
  type CompletedEvent,
  type FeedEvent,
  type TokenSource,
  type TrackunitClient,
} from '../../../client/sdk/index.ts';
import { clientSecretOf } from '../../../infra/emulators/identity/local-user.ts';
import { connectStack, type StackControl } from '../../../infra/supervisor/control-client.ts';
import { varyPhoto } from '../images/vary-photo.ts';
import { eventually } from './eventually.ts';

/** A story that takes longer has stopped making progress. */
const storyMs = 100_000;

export interface Story {
  readonly stack: StackControl;
  /** A client of a user whom nobody else is: every call makes a new one. */
  newUser(): User;
}

export interface User {
  readonly name: string;
  readonly client: TrackunitClient;
  readonly token: TokenSource;
  /** The same user at another gateway, or over another fetch. */
  through(other: { url?: string; fetch?: typeof fetch }): TrackunitClient;
}

export async function beginStory(): Promise<Story> {
  const stack = await connectStack('test');
  const newUser = (): User => {
    const name = `story-${randomUUID()}`;
    const token = clientCredentials({
      issuer: stack.url('identity'),
      clientId: name,
      clientSecret: clientSecretOf(name, stack.stack.secrets.IDENTITY_SECRET),
    });
    const through: User['through'] = ({ url = stack.url('graph-gateway'), fetch }) =>
      createTrackunitClient({ url: `${url}/graphql`, token, fetch });
    return { name, client: through({}), token, through };
  };
  return { stack, newUser };
}

/** Another file each time. */
export const samplePhoto = async (name = 'cat-320d.jpg'): Promise<Uint8Array> =>
  varyPhoto(await readFile(new URL(`../../../client/samples/${name}`, import.meta.url)));

export const deadline = (ms = storyMs): AbortSignal => AbortSignal.timeout(ms);

/** All events to the end. @throws the deadline's TimeoutError when the end does not come. */
export async function readAll<Event extends AnalysisEvent>(
  events: AsyncIterable<Event>,
): Promise<Event[]> {
  const read: Event[] = [];
  for await (const event of events) read.push(event);
  return read;
}

export async function endOf(client: TrackunitClient, correlationId: string) {
  const events = await readAll(client.follow(correlationId, { signal: deadline() }));
  return events.at(-1) as CompletedEvent;
}

export interface WatchedFeed {
  readonly events: readonly FeedEvent[];
  /** Waits for the ends of these analyses. */
  ended(correlationIds: readonly string[], within?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the user's feed from here on, until stopped. */
export async function watchFeed(client: TrackunitClient): Promise<WatchedFeed> {
  const from = await client.feedCursors({ signal: deadline() });
  const over = new AbortController();
  const events: FeedEvent[] = [];
  const reading = (async () => {
    for await (const event of client.watch({ signal: over.signal, from })) events.push(event);
  })();
  reading.catch(() => undefined); // thrown by stop()
  return {
    events,
    ended: (correlationIds, within = storyMs) =>
      eventually(
        () => {
          const ended = new Set(completedIn(events));
          const missing = correlationIds.filter((id) => !ended.has(id));
          if (missing.length > 0)
            throw new Error(
              `no end received of ${missing.length}: ${missing.slice(0, 20).join(', ')}`,
            );
        },
        { within },
      ),
    async stop() {
      over.abort();
      await reading.catch((error: unknown) => {
        if (!over.signal.aborted || error !== over.signal.reason) throw error;
      });
    },
  };
}

export const startedIn = (events: readonly FeedEvent[]): string[] =>
  events.filter(({ state }) => state === 'started').map(({ correlationId }) => correlationId);

export const completedIn = (events: readonly FeedEvent[]): string[] =>
  events.filter(({ state }) => state === 'completed').map(({ correlationId }) => correlationId);
