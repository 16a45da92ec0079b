import assert from 'node:assert/strict';
import { BlockReader, withTimeout, type Block } from './block-reader.ts';
import type { AuditedServer } from './rule.ts';

export interface Exchange {
  readonly response: Response;
  /** The next block; undefined when the stream is over. @throws when nothing comes in time. */
  next(timeoutMs?: number): Promise<Block | undefined>;
  /** Blocks that are events, to the end. */
  events(): Promise<Block[]>;
  disconnect(): void;
}

const defaultTimeoutMs = 5_000;

/** Sends a GraphQL request by POST, accepting an event stream by default. */
export async function send(
  server: AuditedServer,
  request: {
    query: string;
    variables?: object;
    operationName?: string;
    method?: 'GET' | 'POST';
    headers?: Readonly<Record<string, string>>;
    body?: string;
  },
): Promise<Exchange> {
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
  const response = await withTimeout(fetch(url, init), defaultTimeoutMs, 'the response');
  return read(response, line);
}

function read(response: Response, line: AbortController): Exchange {
  const reader = new BlockReader(response);
  const next = (timeoutMs = defaultTimeoutMs) => reader.next(timeoutMs);
  return {
    response,
    next,
    async events() {
      const events: Block[] = [];
      for (let block = await next(); block !== undefined; block = await next())
        if (block.event !== undefined) events.push(block);
      return events;
    },
    disconnect: () => line.abort(),
  };
}

export function assertStream(exchange: Exchange): void {
  assert.equal(exchange.response.status, 200);
  assert.match(exchange.response.headers.get('content-type') ?? '', /^text\/event-stream\b/);
}

/** One result, then `complete`, then the end. Answers the result. */
export async function assertOneResult(exchange: Exchange): Promise<Record<string, unknown>> {
  assertStream(exchange);
  const [result, complete, ...more] = await exchange.events();
  assert.equal(result?.event, 'next');
  assert.equal(complete?.event, 'complete');
  assert.deepEqual(more, []);
  return JSON.parse(result.data ?? '') as Record<string, unknown>;
}

export async function assertErrors(exchange: Exchange): Promise<void> {
  const result = await assertOneResult(exchange);
  assert.ok(Array.isArray(result['errors']), 'the result has no errors');
  assert.ok(result['errors'].length > 0, 'the list of errors is empty');
}
