import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler, type ExecutionResult, type OperationArgs } from 'graphql-sse';
import type { GatewayContext } from './context.ts';
import { createEventFlow, streamOf, type EventFlow } from './event-flow.ts';
import type { LoadedDocument } from './load-document.ts';
import { maskResult, type MaskError } from './mask-errors.ts';
import type { GatewayMetrics } from './metrics.ts';

const eventHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no', // nginx and its kin would keep events back
};

export interface EventRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  /** Undefined where the request names no document: it is refused then. */
  readonly loaded: LoadedDocument | undefined;
  readonly context: GatewayContext;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
  /** Closes the connection of a client that does not read. */
  readonly cut: () => void;
}

interface Passage {
  context: GatewayContext;
  loaded: LoadedDocument | undefined;
  flow: EventFlow;
}

/**
 * graphql-sse in its distinct connections mode, with what it lacks: documents from the cache and
 * limited, syntax errors as `next`, errors masked, one result in flight per reader, and streams that
 * end without `complete` when they are to come back.
 */
export function createEventAnswer(parts: {
  schema: GraphQLSchema;
  mask: MaskError;
  metrics: GatewayMetrics;
  blockedMs: number;
}): (request: EventRequest) => Promise<Response> {
  const handle = createHandler<Passage, undefined, GatewayContext>({
    authenticate: () => null, // no reservations: they would live in one replica's memory for ever
    validate: () => [], // done in onSubscribe, once per document
    context: (request) => request.raw.context,
    onSubscribe(request, params): ExecutionResult | OperationArgs<GatewayContext> {
      const { loaded, context } = request.raw;
      const errors = loaded?.errors() ?? [];
      if (errors.length > 0) return { data: undefined, errors } as unknown as ExecutionResult;
      if (loaded?.document === undefined || loaded.operation(params.operationName) === undefined)
        return { data: undefined, errors: [noOperation()] } as unknown as ExecutionResult;
      return {
        schema: parts.schema,
        document: loaded.document,
        operationName: params.operationName ?? null,
        variableValues: params.variables ?? null,
        contextValue: context,
      };
    },
    async onNext(_context, request, result) {
      await request.raw.flow.taken();
      parts.metrics.sent();
      return maskResult(parts.mask, result as ExecutionResult);
    },
    onComplete(context) {
      context.stream?.end('completed');
    },
  });

  return async (request) => {
    const { stream } = request.context;
    const flow = createEventFlow(() => {
      stream?.end('blocked');
      request.cut();
    }, parts.blockedMs);
    try {
      const [body, init] = await handle({
        method: request.method,
        url: request.url,
        headers: { get: (name) => (name === 'accept' ? 'text/event-stream' : jsonHeader(name)) },
        body: request.body,
        raw: { context: request.context, loaded: request.loaded, flow },
        context: undefined,
      });
      if (body === null || typeof body === 'string') {
        stream?.end('failed');
        return new Response(body, init);
      }
      return new Response(streamOf(body, flow, stream, request), { headers: eventHeaders });
    } catch (error) {
      stream?.end('failed');
      throw error;
    }
  };
}

const jsonHeader = (name: string) => (name === 'content-type' ? 'application/json' : null);

const noOperation = () =>
  new GraphQLError('name one operation of the document', {
    extensions: { code: 'OPERATION_UNKNOWN' },
  });
