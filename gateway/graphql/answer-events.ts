import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { GraphQLError, OperationTypeNode, type GraphQLSchema } from 'graphql';
import { createHandler, type ExecutionResult, type OperationArgs } from 'graphql-sse';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { GatewayContext } from '../context.ts';
import { EventStream } from './event-stream.ts';
import type { LoadedDocument } from './load-document.ts';
import { maskResult, type MaskError } from './mask-errors.ts';
import type { EndReason, GatewayMetrics } from '../metrics.ts';
import type { ReadRequest } from './read-request.ts';

export interface EventRequest {
  readonly request: ReadRequest;
  /** Undefined where the request names no document: it is refused then. */
  readonly loaded: LoadedDocument | undefined;
  readonly context: GatewayContext;
  /** Where the events go. */
  readonly outgoing: ServerResponse;
  /** Sent beside those of the stream. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Passage {
  readonly asked: EventRequest;
  readonly events: EventStream;
}

/**
 * graphql-sse in its distinct connections mode, with what it lacks: documents from the cache and
 * limited, every fault of a document as `next`, errors masked, one result in flight per client, and
 * streams that end without `complete` when they are to come back.
 *
 * @throws {Problem} 400 `BAD_REQUEST`, 405 a mutation by GET.
 */
export function createEventAnswer(parts: {
  schema: GraphQLSchema;
  mask: MaskError;
  metrics: GatewayMetrics;
  logger: Logger;
  /** How long a result may wait for a client that does not read. */
  blockedMs: number;
}): (asked: EventRequest) => Promise<Response> {
  const handle = createHandler<Passage, undefined, GatewayContext>({
    authenticate: () => null, // no reservations: they would live in one replica's memory for ever
    validate: () => [], // done in onSubscribe, once per document
    context: ({ raw }) => raw.asked.context,
    onSubscribe: ({ raw }) => readOperation(parts.schema, raw.asked),
    onNext(_context, { raw }, result) {
      const tell = () => {
        parts.metrics.sent();
        return maskResult(parts.mask, result as ExecutionResult);
      };
      return raw.events.isReady() ? tell() : raw.events.ready().then(tell);
    },
  });

  return async (asked) => {
    const { stream } = asked.context;
    try {
      demandGood(asked);
      const events = new EventStream(asked.outgoing, {
        blockedMs: parts.blockedMs,
        onBlocked: () => endAs(asked.context, events, 'blocked'),
      });
      const { query, operationName, variables } = asked.request;
      const [messages] = await handle({
        method: 'POST', // what is told otherwise by GET was read already
        url: '',
        headers: { get: (name) => acceptedHeaders[name] },
        body: { query, operationName, variables },
        raw: { asked, events },
        context: undefined,
      });
      if (messages === null || typeof messages === 'string')
        throw new Problem(400, 'BAD_REQUEST', messages ?? 'no GraphQL request');
      writeAll(parts.logger, messages, { asked, events });
      stream?.onEnd((reason) => {
        if (reason !== 'completed') events.end(); // at once, where it is over already
      });
      return RESPONSE_ALREADY_SENT;
    } catch (error) {
      stream?.end('failed');
      throw error;
    }
  };
}

/** The library compares by letter; what fits was decided before. */
const acceptedHeaders: Readonly<Record<string, string>> = {
  accept: 'text/event-stream',
  'content-type': 'application/json',
};

/** Goes on behind: a stream may live for an hour. */
function writeAll(
  logger: Logger,
  messages: AsyncGenerator<string, void, undefined>,
  { asked, events }: Passage,
): void {
  const { headers, context } = asked;
  const { stream } = context;
  const onGone = () => endAs(context, events, 'client');
  events.write(messages, { headers, onGone }).then(
    (completed) => {
      if (completed) stream?.end('completed');
    },
    (error: unknown) => {
      logger.error({ err: error }, 'a subscription failed');
      endAs(context, events, 'failed');
    },
  );
}

/** A subscription ends by its entry in the table of open streams; anything else has none. */
function endAs({ stream }: GatewayContext, events: EventStream, reason: EndReason): void {
  if (stream === undefined) events.end();
  else stream.end(reason);
}

function demandGood({ request, loaded }: EventRequest): void {
  if (request.fault !== undefined) throw new Problem(400, 'BAD_REQUEST', request.fault);
  const operation = loaded?.operation(request.operationName)?.operation;
  if (operation === OperationTypeNode.MUTATION && request.method === 'GET')
    throw new Problem(405, 'METHOD_NOT_ALLOWED', 'send a mutation by POST');
}

/** How to run the operation, or what is wrong with its document. */
function readOperation(
  schema: GraphQLSchema,
  { request, loaded, context }: EventRequest,
): ExecutionResult | OperationArgs<GatewayContext> {
  const errors = loaded?.errors() ?? [];
  if (errors.length > 0) return toldAsNext(errors);
  if (loaded?.document === undefined || loaded.operation(request.operationName) === undefined)
    return toldAsNext([noOperation()]);
  return {
    schema,
    document: loaded.document,
    operationName: request.operationName ?? null,
    variableValues: request.variables ?? null,
    contextValue: context,
  };
}

/** `data` has to be there, or the library does not know a result by its look. */
const toldAsNext = (errors: readonly GraphQLError[]) =>
  ({ data: undefined, errors }) as unknown as ExecutionResult;

const noOperation = () =>
  new GraphQLError('name one operation of the document', {
    extensions: { code: 'OPERATION_UNKNOWN' },
  });
