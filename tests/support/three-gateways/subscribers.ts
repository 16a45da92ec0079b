// Four kinds of clients of one owner: our SDK, plain graphql-sse and a bare fetch. Plain graphql-sse and
// a bare fetch subscribe to both feeds, the SDK and a second bare fetch to `analysisEvents`. All begin at `feedCursors` and resume by cursor.
import { createClient } from 'graphql-sse';
import { createTrackunitClient, type TokenSource } from '../../../client/sdk/index.ts';
import { EventReader, eventsQuery } from '../gateway/requests.ts';

export type Field = 'started' | 'completed';
export type Cursors = Readonly<Record<Field, string>> & { readonly events?: string };

export interface Subscriber {
  /** Correlation ids as they came. */
  readonly received: Readonly<Record<Field, readonly string[]>>;
  /** Corrections as they came: of `events` alone. */
  readonly corrected?: readonly string[];
  /** Starts that came after the result of the same analysis; only `events` promises none. */
  readonly overtaken?: readonly string[];
  stop(): Promise<void>;
}

interface Options {
  url: string;
  token: TokenSource;
  from: Cursors;
}

export const subscribers = { sdk, 'graphql-sse': library, fetch: bareFetch, events } as const;

/** The SDK reconnects by itself. */
function sdk({ url, token, from }: Options): Subscriber {
  const over = new AbortController();
  const received: Record<Field, string[]> = { started: [], completed: [] };
  const client = createTrackunitClient({ url, token, backoff: { firstMs: 20, maximumMs: 500 } });
  const reading = (async () => {
    for await (const { state, correlationId } of client.watch({
      signal: over.signal,
      from: from.events,
    }))
      if (state === 'started' || state === 'completed') received[state].push(correlationId);
  })();
  reading.catch(() => undefined); // thrown by stop()
  return {
    received,
    async stop() {
      over.abort();
      await reading.catch((error: unknown) => {
        if (error !== over.signal.reason) throw error;
      });
    },
  };
}

/** As documented: endless retries, and `after` moved on with each event. */
function library({ url, token, from }: Options): Subscriber {
  const received: Record<Field, string[]> = { started: [], completed: [] };
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
          received[field].push(event.correlationId);
          request.variables.after = event.cursor;
        }
      },
      error: (error) => (failure = error),
      complete: () => undefined,
    });
    return client;
  });
  return {
    received,
    stop() {
      for (const client of clients) client.dispose();
      if (failure !== undefined) throw failure as Error;
      return Promise.resolve();
    },
  };
}

function bareFetch({ url, token, from }: Options): Subscriber {
  const received: Record<Field, string[]> = { started: [], completed: [] };
  const over = new AbortController();
  const readings = fields.map((field) =>
    readForEver({ url, token, query: queries[field], from: from[field], over }, (payload) =>
      received[field].push(String(payload['correlationId'])),
    ),
  );
  return {
    received,
    async stop() {
      over.abort();
      await Promise.all(readings);
    },
  };
}

/** One stream for all. */
function events({ url, token, from }: Options): Subscriber {
  const received: Record<Field, string[]> = { started: [], completed: [] };
  const [overtaken, corrected]: [string[], string[]] = [[], []];
  const over = new AbortController();
  const reading = readForEver(
    { url, token, query: eventsQuery, from: from.events, over },
    ({ event }) => {
      const { __typename, correlationId } = event as Record<string, string>;
      if (__typename === 'AnalysisCorrected') {
        corrected.push(String(correlationId));
        return;
      }
      const field = __typename === 'AnalysisStarted' ? 'started' : 'completed';
      if (field === 'started' && received.completed.includes(String(correlationId)))
        overtaken.push(String(correlationId));
      received[field].push(String(correlationId));
    },
  );
  return {
    received,
    ...{ overtaken, corrected },
    async stop() {
      over.abort();
      await reading;
    },
  };
}

/** Comes back with the cursor of the last payload, until aborted. */
async function readForEver(
  of: {
    url: string;
    token: TokenSource;
    query: string;
    from?: string | undefined;
    over: AbortController;
  },
  onPayload: (payload: Record<string, unknown>) => void,
): Promise<void> {
  const { signal } = of.over;
  let after = of.from;
  while (!signal.aborted) {
    try {
      const response = await fetch(of.url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await of.token()}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
        },
        body: JSON.stringify({ query: of.query, variables: { after } }),
        signal,
      });
      if (!response.ok) throw new Error(`refused: ${response.status}`);
      const reader = new EventReader(response);
      for (;;) {
        const payload = await reader.payload(600_000);
        onPayload(payload);
        after = String(payload['cursor']);
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 100)); // cut: again
    }
  }
}

const fields = ['started', 'completed'] as const;
const queries: Readonly<Record<Field, string>> = {
  started:
    'subscription ($after: ID) { onAnalysisStarted(after: $after) { correlationId cursor } }',
  completed:
    'subscription ($after: ID) { onAnalysisCompleted(after: $after) { correlationId cursor } }',
};
