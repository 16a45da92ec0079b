import { UnavailableError } from './errors.ts';
import { errorFromGraphQL, errorFromResponse, type GraphQLErrorEntry } from './response-errors.ts';
import { anyOf, createRetryLoop, type Backoff, type Retry, type RetryLoop } from './retry.ts';

/**
 * Called before every attempt of every request. With `renew` the last token was refused: a cached one
 * must not be returned again. What it throws ends the call, unless it is a `TrackunitError` that says
 * `retryable`: then it is called again.
 */
export type TokenSource = (request?: { readonly renew: boolean }) => Promise<string>;

export interface GraphQLRequest {
  readonly query: string;
  readonly operationName: string;
  readonly variables: Record<string, unknown>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long failures are retried; default: `retryForMs` of the client. */
  readonly retryForMs?: number | undefined;
}

export interface Transport {
  /** A query or mutation, retried while its failures pass by themselves. Returns `data`. */
  execute<Data>(request: GraphQLRequest, options: CallOptions): Promise<Data>;
  /** One attempt: POSTs the request with a token. @throws the failure for any answer but 2xx. */
  post(
    request: { body: string; accept: string; signal: AbortSignal },
    retryLoop: RetryLoop,
  ): Promise<Response>;
  /** Any other request over the same fetch, without a token. @throws UnavailableError */
  fetch: typeof fetch;
  createRetryLoop(options: { forMs: number; signal: AbortSignal | undefined }): RetryLoop;
}

const answerLimitMs = 60_000; // a confirm reads the whole photo back from the store before it answers

export function createTransport(options: {
  url: string;
  token: TokenSource;
  fetch: typeof fetch;
  backoff: Backoff;
  retryForMs: number;
  onRetry?: ((retry: Retry) => void) | undefined;
}): Transport {
  const reach: typeof fetch = async (input, init) => {
    try {
      return await options.fetch(input, init);
    } catch (error) {
      if (init?.signal?.aborted) throw init.signal.reason;
      throw new UnavailableError('UNREACHABLE', `no answer from ${originOf(input)}`, {
        remedy: 'Check the address and the network; is the service running?',
        cause: error,
      });
    }
  };

  const transport: Transport = {
    fetch: reach,
    createRetryLoop: (of) =>
      createRetryLoop({ backoff: options.backoff, onRetry: options.onRetry, ...of }),

    async post(request, retryLoop) {
      const token = await options.token({ renew: retryLoop.wantsNewToken });
      const response = await reach(options.url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: request.accept,
        },
        body: request.body,
        signal: request.signal,
      });
      if (response.ok) return response;
      throw await errorFromResponse(response);
    },

    async execute<Data>(request: GraphQLRequest, { signal, retryForMs }: CallOptions) {
      const retryLoop = transport.createRetryLoop({
        forMs: retryForMs ?? options.retryForMs,
        signal,
      });
      const body = JSON.stringify(request);
      for (;;) {
        try {
          return await attempt<Data>(transport, body, retryLoop, signal);
        } catch (error) {
          await retryLoop.waitOrThrow(error);
        }
      }
    },
  };
  return transport;
}

async function attempt<Data>(
  transport: Transport,
  body: string,
  retryLoop: RetryLoop,
  signal: AbortSignal | undefined,
): Promise<Data> {
  const deadline = AbortSignal.timeout(answerLimitMs);
  try {
    const response = await transport.post(
      { body, accept: 'application/graphql-response+json', signal: anyOf(deadline, signal) },
      retryLoop,
    );
    const answer = (await response.json()) as { data?: Data | null; errors?: GraphQLErrorEntry[] };
    const error = errorFromGraphQL(answer.errors, response.status);
    if (error !== undefined) throw error;
    return answer.data as Data;
  } catch (error) {
    if (signal?.aborted || !(error === deadline.reason || isCutShort(error))) throw error;
    throw new UnavailableError('NO_ANSWER', `no complete answer within ${answerLimitMs} ms`, {
      remedy: 'Try again later.',
      cause: error,
    });
  }
}

/** What reading a body fails with when its connection ends in the middle. */
const isCutShort = (error: unknown) => error instanceof TypeError || error instanceof SyntaxError;

const originOf = (input: Parameters<typeof fetch>[0]) =>
  new URL(input instanceof Request ? input.url : input).origin;
