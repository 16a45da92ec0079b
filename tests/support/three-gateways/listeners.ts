// Three kinds of clients, each hearing both feeds of one owner: our SDK, graphql-sse as it comes, and
// a bare fetch. All begin at `feedCursors` and go on by cursor.
import { createClient } from 'graphql-sse';
import { createTrackunitClient, type TokenSource } from '../../../client/sdk/index.ts';
import { EventReader } from '../gateway/event-reader.ts';

export type Field = 'started' | 'completed';
export type Cursors = Readonly<Record<Field, string>>;

export interface Listener {
  /** Correlation ids as they came. */
  readonly heard: Readonly<Record<Field, readonly string[]>>;
  stop(): Promise<void>;
}

export type StartListener = (to: { url: string; token: TokenSource; from: Cursors }) => Listener;

export const listeners = {
  sdk,
  'graphql-sse': library,
  fetch: bareFetch,
} as const satisfies Record<string, StartListener>;

/** Nothing is said about reconnecting: that is the SDK's part. */
function sdk({ url, token, from }: Parameters<StartListener>[0]): Listener {
  const over = new AbortController();
  const heard: Record<Field, string[]> = { started: [], completed: [] };
  const client = createTrackunitClient({ url, token, backoff: { firstMs: 20, maximumMs: 500 } });
  const reading = (async () => {
    for await (const { state, correlationId } of client.watch({ signal: over.signal, from }))
      heard[state].push(correlationId);
  })();
  reading.catch(() => undefined); // told by stop()
  return {
    heard,
    async stop() {
      over.abort();
      await reading.catch((error: unknown) => {
        if (error !== over.signal.reason) throw error;
      });
    },
  };
}

/** As gateway documents tell it: endless tries, and `after` moved on with each event. */
function library({ url, token, from }: Parameters<StartListener>[0]): Listener {
  const heard: Record<Field, string[]> = { started: [], completed: [] };
  let failure: unknown;
  const clients = fields.map((field) => {
    const client = createClient({
      url,
      retryAttempts: Infinity,
      retry: () => new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 100)),
      headers: async () => ({ authorization: `Bearer ${await token()}` }),
    });
    const request = { query: queries[field], variables: { after: from[field] } };
    client.subscribe<Record<string, { correlationId: string; cursor: string }>>(request, {
      next({ data, errors }) {
        const event = Object.values(data ?? {})[0];
        if (event === undefined) failure = errors;
        else {
          heard[field].push(event.correlationId);
          request.variables.after = event.cursor;
        }
      },
      error: (error) => (failure = error),
      complete: () => undefined,
    });
    return client;
  });
  return {
    heard,
    stop() {
      for (const client of clients) client.dispose();
      if (failure !== undefined) throw failure as Error;
      return Promise.resolve();
    },
  };
}

function bareFetch({ url, token, from }: Parameters<StartListener>[0]): Listener {
  const heard: Record<Field, string[]> = { started: [], completed: [] };
  const over = new AbortController();
  const readings = fields.map(async (field) => {
    let after = from[field];
    while (!over.signal.aborted) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${await token()}`,
            'content-type': 'application/json',
            accept: 'text/event-stream',
          },
          body: JSON.stringify({ query: queries[field], variables: { after } }),
          signal: over.signal,
        });
        if (!response.ok) throw new Error(`refused: ${response.status}`);
        const reader = new EventReader(response);
        for (;;) {
          const { correlationId, cursor } = await reader.payload(600_000);
          heard[field].push(String(correlationId));
          after = String(cursor);
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 100)); // cut: again
      }
    }
  });
  return {
    heard,
    async stop() {
      over.abort();
      await Promise.all(readings);
    },
  };
}

const fields = ['started', 'completed'] as const;
const queries: Readonly<Record<Field, string>> = {
  started:
    'subscription ($after: ID) { onAnalysisStarted(after: $after) { correlationId cursor } }',
  completed:
    'subscription ($after: ID) { onAnalysisCompleted(after: $after) { correlationId cursor } }',
};
