import { onBackOnline } from '../http/back-online.ts';
import { takeToken, type TokenSource } from '../http/access-token.ts';
import { assertHttpUrl, originOf, sendAcrossOrigins } from '../http/cross-origin.ts';
import { UnavailableError } from '../http/errors.ts';
import { assertNoPage, noAnswer, readData, type GraphQLRequest } from './read-answer.ts';
import { errorFromResponse } from './response-errors.ts';
import { anyOf, createRetryLoop, type Backoff, type Retry, type RetryLoop } from '../http/retry.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long failures are retried; default: `retryForMs` of the client. */
  readonly retryForMs?: number | undefined;
}

export interface ExecuteOptions extends CallOptions {
  /** Called with each failure that would be retried or thrown; what it throws is final. */
  readonly onFailure?: ((failure: unknown) => void) | undefined;
}

export interface Transport {
  /** A query or mutation, retried while its failures pass by themselves. Returns `data`. */
  execute<Data>(request: GraphQLRequest, options: ExecuteOptions): Promise<Data>;
  /** One attempt: POSTs the request with a token. @throws the failure for any answer but 2xx. */
  post(
    request: { body: string; accept: string; signal: AbortSignal },
    retryLoop: RetryLoop,
  ): Promise<Response>;
  /** Any other request over the same fetch, without a token. @throws UnavailableError */
  fetch: typeof fetch;
  /** How long the client retries a call that says nothing else. */
  readonly retryForMs: number;
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
  const { url, fetch: send } = options; // a browser refuses its own fetch as a method of anything else
  const reach: typeof fetch = async (input, init) => {
    try {
      return await send(input, init);
    } catch (error) {
      if (init?.signal?.aborted) throw init.signal.reason;
      throw new UnavailableError(
        'UNREACHABLE',
        `no answer from ${originOf(input instanceof Request ? input.url : input)}`,
        {
          remedy: 'Check the address and the network; is the service running?',
          cause: error,
        },
      );
    }
  };

  let hasAnswered = false; // then CORS is no reason for later failures

  const transport: Transport = {
    fetch: reach,
    retryForMs: options.retryForMs,
    createRetryLoop: (of) =>
      createRetryLoop({ backoff: options.backoff, onRetry: options.onRetry, ...of }),

    async post(request, retryLoop) {
      assertHttpUrl(url);
      const { signal } = request;
      const token = await takeToken(options.token, { renew: retryLoop.wantsNewToken, signal });
      const post = () =>
        reach(url, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            accept: request.accept,
          },
          body: request.body,
          signal,
        });
      const response = await sendAcrossOrigins(post, {
        url,
        fetch: send,
        signal,
        remedy: (page) => `Ask an operator to add ${page} to CORS_ORIGINS.`,
        isHidden: () => !hasAnswered,
      });
      hasAnswered = true;
      assertNoPage(response, url);
      if (response.ok) return response;
      throw await errorFromResponse(response);
    },

    async execute<Data>(
      request: GraphQLRequest,
      { signal, retryForMs, onFailure }: ExecuteOptions,
    ) {
      const retryLoop = transport.createRetryLoop({
        forMs: retryForMs ?? options.retryForMs,
        signal,
      });
      for (;;) {
        try {
          return await attempt<Data>(transport, request, retryLoop, signal);
        } catch (error) {
          signal?.throwIfAborted();
          onFailure?.(error);
          await retryLoop.waitOrThrow(error);
        }
      }
    },
  };
  return transport;
}

async function attempt<Data>(
  transport: Transport,
  request: GraphQLRequest,
  retryLoop: RetryLoop,
  signal: AbortSignal | undefined,
): Promise<Data> {
  const deadline = AbortSignal.timeout(answerLimitMs);
  const since = performance.now();
  const offline = new AbortController();
  const stopListening = onBackOnline((quietMs) => {
    if (performance.now() - since < quietMs) return;
    offline.abort(noAnswer('no answer until this machine was back online', undefined));
  });
  const until = anyOf(deadline, offline.signal, signal);
  try {
    const response = await transport.post(
      { body: JSON.stringify(request), accept: 'application/graphql-response+json', signal: until },
      retryLoop,
    );
    return await readData<Data>(response, request);
  } catch (error) {
    signal?.throwIfAborted();
    offline.signal.throwIfAborted();
    if (!deadline.aborted) throw error;
    throw noAnswer(`no complete answer within ${answerLimitMs} ms`, error);
  } finally {
    stopListening();
  }
}
