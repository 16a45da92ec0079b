import type { HttpBindings } from '@hono/node-server';
import { OperationTypeNode, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-http';
import type { Context } from 'hono';
import { Problem } from '../platform/problem.ts';
import type { EventRequest } from './answer-events.ts';
import type { GatewayContext } from './context.ts';
import { isPublic, type LoadDocument } from './load-document.ts';
import type { MaskError } from './mask-errors.ts';
import type { OpenStream, OpenStreams } from './open-streams.ts';
import { acceptsEvents, readRequest, type ReadRequest } from './read-request.ts';
import type { Caller, VerifyToken } from './verify-token.ts';

export interface GraphQLParts {
  schema: GraphQLSchema;
  load: LoadDocument;
  mask: MaskError;
  verifyToken: VerifyToken;
  answerEvents: (request: EventRequest) => Promise<Response>;
  streams: OpenStreams;
  /** @throws {Problem} 503 while subscriptions cannot be answered. */
  requireFeeds: () => void;
  onRejected: (code: string) => void;
}

/**
 * One address for everything. The operation's type chooses the handler before Accept does: some
 * clients accept event streams on every operation. Problems thrown here are answered by the app.
 */
export function createGraphQLAnswer(parts: GraphQLParts): (c: Context) => Promise<Response> {
  const answerHttp = createHttpAnswer(parts);
  return async (c) => {
    const request = await readRequest(c);
    const operation =
      request.query === undefined
        ? undefined
        : parts.load(request.query).operation(request.operationName);
    const isSubscription = operation?.operation === OperationTypeNode.SUBSCRIPTION;
    try {
      const caller = isPublic(operation)
        ? undefined
        : await parts.verifyToken(c.req.header('authorization'));
      const accepts = acceptsEvents(c.req.header('accept'));
      if (isSubscription && caller !== undefined)
        return await subscribe(parts, c, request, caller, accepts);
      const context = { caller, stream: undefined };
      if (accepts === 'first') return await parts.answerEvents(eventRequest(c, request, context));
      return await answerHttp(c, request, context);
    } catch (error) {
      if (isSubscription && error instanceof Problem) parts.onRejected(error.code);
      throw error;
    }
  };
}

async function subscribe(
  parts: GraphQLParts,
  c: Context,
  request: ReadRequest,
  caller: Caller,
  accepts: 'first' | 'yes' | 'no',
): Promise<Response> {
  if (accepts === 'no')
    throw new Problem(406, 'NOT_ACCEPTABLE', 'a subscription answers text/event-stream');
  const isValid = request.query !== undefined && parts.load(request.query).errors().length === 0;
  let stream: OpenStream | undefined;
  if (isValid) {
    parts.requireFeeds();
    stream = parts.streams.open(caller);
  }
  return parts.answerEvents(eventRequest(c, request, { caller, stream }));
}

function eventRequest(c: Context, request: ReadRequest, context: GatewayContext): EventRequest {
  const bindings = c.env as Partial<HttpBindings> | undefined; // absent where a test calls the app
  return {
    method: c.req.method,
    url: c.req.url,
    body: request.body,
    context,
    gone: c.req.raw.signal,
    cut: () => bindings?.outgoing?.destroy(),
  };
}

/** Queries and mutations, by graphql-http. */
function createHttpAnswer(parts: GraphQLParts) {
  const handle = createHandler<GatewayContext, undefined, GatewayContext>({
    schema: parts.schema,
    formatError: parts.mask,
    onSubscribe(request, params) {
      const loaded = parts.load(params.query);
      const { document } = loaded;
      if (document === undefined || loaded.errors().length > 0) return loaded.errors();
      return {
        schema: parts.schema,
        document,
        operationName: params.operationName ?? null,
        variableValues: params.variables ?? null,
        contextValue: request.raw,
      };
    },
  });
  return async (c: Context, request: ReadRequest, context: GatewayContext): Promise<Response> => {
    const [body, init] = await handle({
      method: c.req.method,
      url: c.req.url,
      headers: c.req.raw.headers,
      body: request.body,
      raw: context,
      context: undefined,
    });
    return new Response(body, init);
  };
}
