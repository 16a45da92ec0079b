import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler, type ExecutionResult, type OperationArgs } from 'graphql-sse';
import type { Logger } from '../../platform/logger.ts';
import type { GatewayContext } from './context.ts';
import type { LoadedDocument } from './load-document.ts';
import { maskResult, type MaskError } from './mask-errors.ts';
import type { EndReason } from './open-streams.ts';
import type { GraphQLRequest } from './read-request.ts';
import { SseResponse } from './sse-response.ts';

export interface SseRequest extends GraphQLRequest {
  readonly loaded: LoadedDocument;
  readonly context: GatewayContext;
  readonly outgoing: ServerResponse;
  /** Sent beside those of the stream. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Exchange {
  readonly request: SseRequest;
  readonly response: SseResponse;
}

/**
 * graphql-sse in its distinct connections mode, with what it lacks: documents from the cache and
 * limited, every error of a document as `next`, errors masked, one result in flight per client, and
 * streams that end without `complete` when the client is to come back.
 */
export function createSseHandler(deps: {
  schema: GraphQLSchema;
  mask: MaskError;
  logger: Logger;
  /** Called with each result that is sent. */
  onSent: () => void;
  /** How long a result may wait for a client that does not read. */
  writeTimeoutMs: number;
}): (request: SseRequest) => Promise<Response> {
  const handle = createHandler<Exchange, undefined, GatewayContext>({
    authenticate: () => null, // no reservations: they would stay in one replica's memory for ever
    validate: () => [], // done in onSubscribe, once per document
    context: ({ raw }) => raw.request.context,
    onSubscribe: ({ raw }) => operationArgs(deps.schema, raw.request),
    onNext(_context, { raw }, result) {
      const send = () => {
        deps.onSent();
        return maskResult(deps.mask, result as ExecutionResult);
      };
      return raw.response.isReady() ? send() : raw.response.ready().then(send);
    },
  });

  return async (request) => {
    const { stream } = request.context;
    try {
      const response = new SseResponse(request.outgoing, {
        blockedMs: deps.writeTimeoutMs,
        onBlocked: () => endAs(request.context, response, 'blocked'),
      });
      const { query, operationName, variables } = request;
      const [messages] = await handle({
        method: 'POST', // a GET was read already: its parameters are the body here
        url: '',
        headers: { get: (name) => acceptedHeaders[name] },
        body: { query, operationName, variables },
        raw: { request, response },
        context: undefined,
      });
      if (messages === null || typeof messages === 'string')
        throw new Error(`graphql-sse refused a request that was checked before: ${messages}`);
      writeAll(deps.logger, messages, { request, response });
      stream?.onEnd((reason) => {
        if (reason !== 'completed') response.end(); // at once, where it is over already
      });
      return RESPONSE_ALREADY_SENT;
    } catch (error) {
      stream?.end('failed');
      throw error;
    }
  };
}

/** The library compares these byte by byte; the real ones were checked before. */
const acceptedHeaders: Readonly<Record<string, string>> = {
  accept: 'text/event-stream',
  'content-type': 'application/json',
};

/** Goes on in the background: a stream may live for an hour. */
function writeAll(
  logger: Logger,
  messages: AsyncGenerator<string, void, undefined>,
  { request: { headers, context }, response }: Exchange,
): void {
  const onClosed = () => endAs(context, response, 'client');
  response.write(messages, { headers, onClosed }).then(
    (completed) => {
      if (completed) context.stream?.end('completed');
    },
    (error: unknown) => {
      logger.error({ err: error }, 'stream failed: ended without complete');
      endAs(context, response, 'failed');
    },
  );
}

/** A subscription ends by its entry in the table of open streams; anything else has none. */
function endAs({ stream }: GatewayContext, response: SseResponse, reason: EndReason): void {
  if (stream === undefined) response.end();
  else stream.end(reason);
}

/** How to run the operation, or what is wrong with its document. */
function operationArgs(
  schema: GraphQLSchema,
  { operationName, variables, loaded, context }: SseRequest,
): ExecutionResult | OperationArgs<GatewayContext> {
  const errors = loaded.errors();
  if (errors.length > 0) return asResult(errors);
  if (loaded.document === undefined || loaded.operation(operationName) === undefined)
    return asResult([operationUnknown()]);
  return {
    schema,
    document: loaded.document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
    contextValue: context,
  };
}

/** Key `data` must exist: by it the library tells a result from arguments. */
const asResult = (errors: readonly GraphQLError[]) =>
  ({ data: undefined, errors }) as unknown as ExecutionResult;

const operationUnknown = () =>
  new GraphQLError(
    'operationName: unknown or missing; send the name of one operation of the document',
    {
      extensions: { code: 'OPERATION_UNKNOWN' },
    },
  );
