import assert from 'node:assert/strict';
import type { AuditedServer } from './rule.ts';

/** One block of an event stream: its lines as they came, and what they mean. */
export interface Block {
  readonly raw: string;
  readonly event: string | undefined;
  readonly data: string | undefined;
}

export interface Asked {
  readonly response: Response;
  /** The next block; undefined when the stream is over. @throws when nothing comes in time. */
  next(withinMs?: number): Promise<Block | undefined>;
  /** Blocks that are events, to the end. */
  events(): Promise<Block[]>;
  hangUp(): void;
}

const patienceMs = 5_000;

/** Sends a GraphQL request by POST, accepting an event stream, unless told otherwise. */
export async function ask(
  server: AuditedServer,
  request: {
    query: string;
    variables?: object;
    operationName?: string;
    method?: 'GET' | 'POST';
    headers?: Readonly<Record<string, string>>;
    body?: string;
  },
): Promise<Asked> {
  const { query, variables, operationName, method = 'POST' } = request;
  const line = new AbortController();
  const headers = { accept: 'text/event-stream', ...server.headers, ...request.headers };
  const init: RequestInit =
    method === 'GET'
      ? { headers, signal: line.signal }
      : {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          body: request.body ?? JSON.stringify({ query, variables, operationName }),
          signal: line.signal,
        };
  const url = new URL(server.url);
  if (method === 'GET') url.searchParams.set('query', query);
  const response = await inTime(fetch(url, init), patienceMs, 'the response');
  return read(response, line);
}

function read(response: Response, line: AbortController): Asked {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (withinMs = patienceMs): Promise<Block | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const raw = text.slice(0, end);
        text = text.slice(end + 2);
        return { raw, event: fieldOf(raw, 'event'), data: fieldOf(raw, 'data') };
      }
      if (reader === undefined) return undefined;
      const { done, value } = await inTime(reader.read(), withinMs, 'the next event');
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  };
  return {
    response,
    next,
    async events() {
      const events: Block[] = [];
      for (let block = await next(); block !== undefined; block = await next())
        if (block.event !== undefined) events.push(block);
      return events;
    },
    hangUp: () => line.abort(),
  };
}

function fieldOf(raw: string, name: string): string | undefined {
  const line = raw.split('\n').find((text) => text.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

export async function inTime<Value>(
  value: Promise<Value>,
  withinMs: number,
  what: string,
): Promise<Value> {
  const late = Promise.withResolvers<Value>();
  const timer = setTimeout(
    () => late.reject(new Error(`${what} did not come within ${withinMs} ms`)),
    withinMs,
  );
  value.then(late.resolve, late.reject);
  return late.promise.finally(() => clearTimeout(timer));
}

export function assertStream(asked: Asked): void {
  assert.equal(asked.response.status, 200);
  assert.match(asked.response.headers.get('content-type') ?? '', /^text\/event-stream\b/);
}

/** One result, then `complete`, then the end. Answers the result. */
export async function assertOneResult(asked: Asked): Promise<Record<string, unknown>> {
  assertStream(asked);
  const [result, complete, ...more] = await asked.events();
  assert.equal(result?.event, 'next');
  assert.equal(complete?.event, 'complete');
  assert.deepEqual(more, []);
  return JSON.parse(result.data ?? '') as Record<string, unknown>;
}

export async function assertErrors(asked: Asked): Promise<void> {
  const result = await assertOneResult(asked);
  assert.ok(Array.isArray(result['errors']), 'the result has no errors');
  assert.ok(result['errors'].length > 0, 'the list of errors is empty');
}
