import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import {
  GraphQLError,
  OperationTypeNode,
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from '../platform/logger.ts';
import { Problem } from '../platform/problem.ts';
import type { GatewayContext } from './context.ts';
import { EventStream } from './event-stream.ts';
import type { LoadedDocument } from './load-document.ts';
import { maskResult, type MaskError } from './mask-errors.ts';
import type { GatewayMetrics } from './metrics.ts';
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

interface EventParts {
  schema: GraphQLSchema;
  mask: MaskError;
  metrics: GatewayMetrics;
  logger: Logger;
  /** How long a result may wait for a client that does not read. */
  blockedMs: number;
}

type Source = AsyncIterable<unknown, unknown>;

/**
 * GraphQL over Server-Sent Events, distinct connections mode (PROTOCOL.md of graphql-sse), written
 * here for what its library lacks; the audit in tests/conformance holds it to the protocol.
 * What is wrong with the document comes as `next`, what is wrong with the request as a status. Only
 * `complete` tells a client to stay away: a stream that ends for any other reason ends without it.
 *
 * @throws {Problem} 400 `BAD_REQUEST`, 405 a mutation by GET.
 */
export function createEventAnswer(parts: EventParts): (asked: EventRequest) => Promise<Response> {
  return async (asked) => {
    const { context, outgoing, headers } = asked;
    const { stream } = context;
    try {
      const read = readOperation(parts, asked);
      const answer = 'errors' in read ? read : await begin(read.args, context);
      const events = new EventStream(outgoing, { headers, onGone: () => stream?.end('client') });
      if ('args' in read && isSource(answer))
        tellAll(parts, answer, { args: read.args, context, events });
      else {
        tellOne(parts, events, answer as ExecutionResult);
        events.complete();
        stream?.end('completed');
      }
      return RESPONSE_ALREADY_SENT;
    } catch (error) {
      stream?.end('failed');
      throw error;
    }
  };
}

/** How to run the operation, or what is wrong with its document. */
function readOperation(
  parts: EventParts,
  { request, loaded, context }: EventRequest,
): { args: ExecutionArgs } | { errors: readonly GraphQLError[] } {
  if (request.fault !== undefined) throw new Problem(400, 'BAD_REQUEST', request.fault);
  const errors = loaded?.errors() ?? [];
  if (errors.length > 0) return { errors };
  const operation = loaded?.operation(request.operationName);
  if (loaded?.document === undefined || operation === undefined) return { errors: [noOperation()] };
  if (operation.operation === OperationTypeNode.MUTATION && request.method === 'GET')
    throw new Problem(405, 'METHOD_NOT_ALLOWED', 'send a mutation by POST');
  return {
    args: {
      schema: parts.schema,
      document: loaded.document,
      operationName: request.operationName ?? null,
      variableValues: request.variables ?? null,
      contextValue: context,
    },
  };
}

const begin = async (args: ExecutionArgs, { stream }: GatewayContext) =>
  stream === undefined ? execute(args) : createSourceEventStream(args);

const isSource = (answer: object): answer is Source => Symbol.asyncIterator in answer;

interface Telling {
  args: ExecutionArgs;
  context: GatewayContext;
  events: EventStream;
}

/** Goes on behind: a stream may live for an hour. */
function tellAll(parts: EventParts, source: Source, telling: Telling): void {
  const iterator = source[Symbol.asyncIterator]();
  const { stream } = telling.context;
  stream?.onEnd((reason) => {
    if (reason !== 'completed') telling.events.end();
    void iterator.return?.();
  });
  tellEach(parts, iterator, telling).then(
    () => {
      if (stream?.isOver === true) return;
      telling.events.complete();
      stream?.end('completed');
    },
    (error: unknown) => {
      parts.logger.error({ err: error }, 'a subscription failed');
      stream?.end('failed');
    },
  );
}

/** One result after another; the next one waits until the client has taken the last. */
async function tellEach(
  parts: EventParts,
  iterator: AsyncIterator<unknown, unknown>,
  { args, context, events }: Telling,
): Promise<void> {
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true || context.stream?.isOver === true) return;
    const result = execute({ ...args, rootValue: value });
    tellOne(parts, events, result instanceof Promise ? await result : result);
    if (events.isBlocked)
      await events.drained(parts.blockedMs, () => context.stream?.end('blocked'));
  }
}

function tellOne(parts: EventParts, events: EventStream, result: ExecutionResult): void {
  parts.metrics.sent();
  events.next(maskResult(parts.mask, result));
}

const noOperation = () =>
  new GraphQLError('name one operation of the document', {
    extensions: { code: 'OPERATION_UNKNOWN' },
  });
