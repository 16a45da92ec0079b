import { UnavailableError } from './errors.ts';
import { failureOfErrors, failureOfResponse, type GraphQLFault } from './judge-answer.ts';
import { anyOf, startTries, type Backoff, type Retry, type Tries } from './tries.ts';

/**
 * Called before every request and every try. With `renew` the last token was refused: a cached one
 * must not be given again. What it throws ends the call, unless it is a `TrackunitError` that says
 * `passing`: then it is asked again.
 */
export type TokenSource = (request?: { readonly renew: boolean }) => Promise<string>;

export interface GraphQLRequest {
  readonly query: string;
  readonly operationName: string;
  readonly variables: Record<string, unknown>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long failures are met with another try; default: as the client was made. */
  readonly retryForMs?: number | undefined;
}

export interface Transport {
  /** A query or mutation, tried again as long as it makes sense. Returns `data`. */
  execute<Data>(request: GraphQLRequest, options: CallOptions): Promise<Data>;
  /** One try: POSTs the request with a token. @throws the failure for any answer but 2xx. */
  post(
    request: { body: string; accept: string; signal: AbortSignal },
    tries: Tries,
  ): Promise<Response>;
  /** Any other request over the same fetch, without a token. @throws UnavailableError */
  fetch: typeof fetch;
  startTries(options: { forMs: number; signal: AbortSignal | undefined }): Tries;
}

const answerMs = 60_000; // a confirm reads the whole photo back from the store before it answers

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
    startTries: (of) => startTries({ backoff: options.backoff, onRetry: options.onRetry, ...of }),

    async post(request, tries) {
      const token = await options.token({ renew: tries.wantsNewToken });
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
      throw await failureOfResponse(response);
    },

    async execute<Data>(request: GraphQLRequest, { signal, retryForMs }: CallOptions) {
      const tries = transport.startTries({ forMs: retryForMs ?? options.retryForMs, signal });
      const body = JSON.stringify(request);
      for (;;) {
        try {
          return await once<Data>(transport, body, tries, signal);
        } catch (error) {
          await tries.again(error);
        }
      }
    },
  };
  return transport;
}

async function once<Data>(
  transport: Transport,
  body: string,
  tries: Tries,
  signal: AbortSignal | undefined,
): Promise<Data> {
  const deadline = AbortSignal.timeout(answerMs);
  try {
    const response = await transport.post(
      { body, accept: 'application/graphql-response+json', signal: anyOf(deadline, signal) },
      tries,
    );
    const answer = (await response.json()) as { data?: Data | null; errors?: GraphQLFault[] };
    const failure = failureOfErrors(answer.errors, response.status);
    if (failure !== undefined) throw failure;
    return answer.data as Data;
  } catch (error) {
    if (signal?.aborted || !(error === deadline.reason || cutShort(error))) throw error;
    throw new UnavailableError('NO_ANSWER', 'the answer did not come in time or in one piece', {
      remedy: 'Try again later.',
      cause: error,
    });
  }
}

/** Reading a body fails with these when the connection ended in the middle of it. */
const cutShort = (error: unknown) => error instanceof TypeError || error instanceof SyntaxError;

const originOf = (input: Parameters<typeof fetch>[0]) =>
  new URL(input instanceof Request ? input.url : input).origin;
