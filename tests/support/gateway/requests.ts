import { BlockReader, TimeoutError } from '../graphql-over-sse/block-reader.ts';

export interface StreamEvent {
  event: string;
  data: unknown;
}

/** Reads the results of a subscription as a client does. */
export class EventReader {
  readonly #blocks: BlockReader;

  constructor(response: Response) {
    this.#blocks = new BlockReader(response);
  }

  /** The next event; `end` when the stream ended without another; `silence` when none came in time. */
  async next(timeoutMs = 5_000): Promise<StreamEvent | 'end' | 'silence'> {
    const deadline = Date.now() + timeoutMs; // keep-alive comments do not move it
    try {
      for (;;) {
        const block = await this.#blocks.next(Math.max(0, deadline - Date.now()));
        if (block === undefined) return 'end';
        const { event, data } = block;
        if (event !== undefined) return { event, data: data ? JSON.parse(data) : null };
      }
    } catch (error) {
      if (error instanceof TimeoutError) return 'silence';
      throw error;
    }
  }

  /** The payload of the next `next`. */
  async payload(timeoutMs?: number): Promise<Record<string, unknown>> {
    const event = await this.next(timeoutMs);
    if (typeof event === 'string' || event.event !== 'next')
      throw new Error(`expected a result, got ${JSON.stringify(event)}`);
    const { data, errors } = event.data as { data?: Record<string, unknown>; errors?: unknown };
    if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(event.data));
    return Object.values(data)[0] as Record<string, unknown>;
  }

  cancel(): Promise<void> {
    return this.#blocks.cancel();
  }
}

export function post(
  gateway: { url: string },
  query: string,
  request: { token?: string; variables?: object; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(request.token && { authorization: `Bearer ${request.token}` }),
      ...request.headers,
    },
    body: JSON.stringify({ query, variables: request.variables }),
  });
}

export const eventStream = { accept: 'text/event-stream' };

/** The code of each error in an answer. */
export const codes = async (response: Response) =>
  ((await response.json()) as { errors: { extensions?: { code: string } }[] }).errors.map(
    ({ extensions }) => extensions?.code,
  );

/** The code of the error that a subscription ends with. */
export const codeOf = (event: unknown) =>
  (event as { data: { errors: { extensions: { code: string } }[] } }).data.errors[0]?.extensions
    .code;

export const completedQuery = `subscription ($correlationId: ID, $after: ID) {
  onAnalysisCompleted(correlationId: $correlationId, after: $after) {
    eventId correlationId success cursor failure { code } } }`;
export const startedQuery = `subscription ($correlationId: ID, $after: ID) {
  onAnalysisStarted(correlationId: $correlationId, after: $after) { eventId correlationId cursor } }`;

export const eventsQuery = `subscription ($correlationId: ID, $after: ID) {
  analysisEvents(correlationId: $correlationId, after: $after) { cursor event { __typename
    ... on AnalysisStarted { eventId correlationId cursor }
    ... on AnalysisCompleted { eventId correlationId cursor failure { code } }
    ... on AnalysisCorrected { eventId correlationId brand type model correctedAt }
    ... on AnalysisDeleted { eventId correlationId deletedAt } } } }`;

export async function subscribe(
  gateway: { url: string },
  query: string,
  request: { token: string; variables?: object },
): Promise<EventReader> {
  const response = await post(gateway, query, {
    ...request,
    headers: eventStream,
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return new EventReader(response);
}
