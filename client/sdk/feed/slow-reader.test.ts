import { expect, test } from '@jest/globals';
import { completedOf } from '../../../tests/support/gateway/scripted-answers.ts';
import { eventually } from '../../../tests/support/harness/eventually.ts';
import { createTrackunitClient, type FeedEvent, type Retry } from '../index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const next = (result: object) => `event: next\ndata: ${JSON.stringify(result)}\n\n`;
const expired = () => {
  const errors = [{ message: 'cursor expired', extensions: { code: 'CURSOR_EXPIRED' } }];
  return new Response(`${next({ errors })}event: complete\ndata:\n\n`);
};
const cursors = { feedCursors: { started: 's', completed: 'c', events: 'e-0' } };

/** A client of a gateway that answers each operation as given. */
const clientOf = (
  answers: Record<string, (variables: Record<string, unknown>) => Response>,
  onRetry?: (retry: Retry) => void,
) =>
  createTrackunitClient({
    url: 'http://gateway.test/graphql',
    token: () => Promise.resolve('good'),
    backoff: { firstMs: 5, maximumMs: 10_000 },
    onRetry,
    fetch(_url, init) {
      const { operationName, variables } = JSON.parse(init?.body as string) as {
        operationName: string;
        variables: Record<string, unknown>;
      };
      const answer = answers[operationName];
      if (answer === undefined) throw new Error(`no answer to ${operationName}`);
      return Promise.resolve(answer(variables));
    },
  });

const envelope = (n: number, event: object = completedOf(`id-${n}`)) =>
  next({ data: { analysisEvents: { cursor: `e-${n}`, event } } });

/** The events behind the cursor, as fast as they are read, then silence. */
function streamOf(total: number, after: string, onSent: (n: number) => void): Response {
  let n = Number(after.slice('e-'.length));
  const events = new ReadableStream(
    {
      pull(controller) {
        if (n === total) return new Promise<void>(() => undefined);
        controller.enqueue(bytes(envelope((n += 1))));
        onSent(n);
        return undefined;
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(events);
}

const total = 5_000;
const all = Array.from({ length: total }, (_, n) => `id-${n + 1}`);

test('watch reads no further than its reader, and loses no event', async () => {
  let sent = 0;
  const client = clientOf({
    FeedCursors: () => Response.json({ data: cursors }),
    AnalysisEvents: ({ after }) => streamOf(total, String(after), (n) => (sent = n)),
  });
  const abort = new AbortController();
  const watch = client.watch({ signal: abort.signal }) as AsyncGenerator<FeedEvent, undefined>;
  const read: (string | undefined)[] = [];
  const readOne = async () => read.push((await watch.next()).value?.correlationId);

  await readOne();
  await eventually(() => sent >= 1_000);
  await new Promise((resolve) => setTimeout(resolve, 50)); // as long as it takes to read all of them
  expect(sent).toBeLessThan(1_100);
  while (read.length < total) await readOne();
  expect(read).toEqual(all);
  abort.abort();
});

test('a watch that is not read holds up nobody else, and loses no event', async () => {
  const begins: unknown[] = [];
  const client = clientOf({
    FeedCursors: () => Response.json({ data: cursors }),
    AnalysisEvents({ after }) {
      begins.push(after);
      return streamOf(total, String(after), () => undefined);
    },
  });
  const abort = new AbortController();
  const watch = () =>
    client.watch({ signal: abort.signal }) as AsyncGenerator<FeedEvent, undefined>;
  const [slow, fast] = [watch(), watch()];
  const first = [slow.next(), fast.next()];
  const idOf = async (one: Promise<IteratorResult<FeedEvent, undefined>> | undefined) =>
    (await one)?.value?.correlationId;

  const byFast = [await idOf(first[1])];
  while (byFast.length < total) byFast.push(await idOf(fast.next()));
  expect(byFast).toEqual(all);
  expect(begins).toEqual(['e-0']); // both on one connection so far

  const bySlow = [await idOf(first[0])];
  while (bySlow.length < total) bySlow.push(await idOf(slow.next()));
  expect(bySlow).toEqual(all);
  expect(begins).toHaveLength(2);
  abort.abort();
});

test('watch pauses longer and longer while its cursors expire at once, and says why', async () => {
  const retries: Retry[] = [];
  const counts = { lists: 0 };
  const client = clientOf(
    {
      FeedCursors: () => Response.json({ data: cursors }),
      Analyses() {
        counts.lists += 1;
        const pageInfo = { hasNextPage: false, endCursor: null };
        return Response.json({ data: { analyses: { edges: [], pageInfo } } });
      },
      AnalysisEvents: expired,
    },
    (retry) => retries.push(retry),
  );
  const abort = new AbortController();
  const running = client.watch({ signal: abort.signal })[Symbol.asyncIterator]().next();
  running.catch(() => undefined); // it ends by the abort
  await eventually(() => retries.some(({ failures }) => failures === 5));
  abort.abort();
  expect(new Set(retries.map(({ failure }) => failure.code))).toEqual(new Set(['CURSOR_EXPIRED']));
  expect(counts.lists).toBeLessThanOrEqual(retries.length);
});

test('watch catches up from its last event where an expired cursor does not say its time', async () => {
  const bodies = [envelope(1, completedOf('last'))];
  const silent = () => new Response(new ReadableStream());
  const analysis = (correlationId: string, afterMs: number) => {
    const { completedAt, startedAt, objectKey, recognitionPayload } = completedOf(correlationId);
    const later = (at: string) => new Date(Date.parse(at) + afterMs).toISOString();
    const times = { startedAt: later(startedAt), completedAt: later(completedAt) };
    const node = { correlationId, objectKey, state: 'COMPLETED', recognitionPayload, ...times };
    return { cursor: correlationId, node };
  };
  const hour = 60 * 60_000;
  const edges = [analysis('missed', hour), analysis('of yesterday', -24 * hour)];
  const client = clientOf({
    FeedCursors: () => Response.json({ data: cursors }),
    Analyses: () =>
      Response.json({ data: { analyses: { edges, pageInfo: { hasNextPage: false } } } }),
    AnalysisEvents({ after }) {
      const body = bodies.shift();
      if (body !== undefined) return new Response(body);
      return after === 'e-1' ? expired() : silent();
    },
  });
  const abort = new AbortController();
  const watch = client.watch({ signal: abort.signal }) as AsyncGenerator<FeedEvent, undefined>;
  const read = [await watch.next(), await watch.next()];
  abort.abort();
  expect(read.map(({ value }) => value?.correlationId)).toEqual(['last', 'missed']);
});
