import type { HttpBindings } from '@hono/node-server';
import { OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { createHandler } from 'graphql-http';
import type { Context } from 'hono';
import { Problem } from '../../platform/http/problem.ts';
import type { EventRequest } from './answer-events.ts';
import type { GatewayContext } from '../context.ts';
import type { MutationLimit } from '../limit-mutations.ts';
import { isPublic, type LoadDocument, type LoadedDocument } from './load-document.ts';
import type { MaskError } from './mask-errors.ts';
import type { OpenStream, OpenStreams } from './open-streams.ts';
import { acceptsEvents, readRequest, type ReadRequest } from './read-request.ts';
import type { Caller, VerifyToken } from '../auth/verify-token.ts';

export interface GraphQLParts {
  schema: GraphQLSchema;
  load: LoadDocument;
  mask: MaskError;
  verifyToken: VerifyToken;
  answerEvents: (request: EventRequest) => Promise<Response>;
  streams: OpenStreams;
  mutations: MutationLimit;
  /** Longest body. */
  requestBytes: number;
  /** @throws {Problem} 503 while subscriptions cannot be answered. */
  requireFeeds: () => void;
  onRejected: (code: string) => void;
}

type AskedRequest = ReadRequest & { readonly loaded: LoadedDocument | undefined };

interface Passage {
  context: GatewayContext;
  loaded: LoadedDocument | undefined;
}

/**
 * One address for everything. The operation's type chooses the handler before Accept does: some
 * clients accept event streams on every operation. Problems thrown here are answered by the app.
 */
export function createGraphQLAnswer(parts: GraphQLParts): (c: Context) => Promise<Response> {
  const answerHttp = createHttpAnswer(parts);
  return async (c) => {
    const request = await readRequest(c, parts.requestBytes);
    const loaded = request.query === undefined ? undefined : parts.load(request.query);
    const operation = loaded?.operation(request.operationName);
    const isSubscription = operation?.operation === OperationTypeNode.SUBSCRIPTION;
    try {
      const caller = isPublic(operation)
        ? undefined
        : await parts.verifyToken(c.req.header('authorization'));
      const accepts = acceptsEvents(c.req.header('accept'));
      const asked = { ...request, loaded };
      if (isSubscription && caller !== undefined)
        return await subscribe(parts, c, asked, caller, accepts);
      if (operation?.operation === OperationTypeNode.MUTATION && caller !== undefined)
        await limitMutations(parts, asked, operation, caller);
      const context = { caller, stream: undefined };
      if (accepts === 'first') return await parts.answerEvents(eventRequest(c, asked, context));
      return await answerHttp(c, asked, context);
    } catch (error) {
      if (isSubscription && error instanceof Problem) parts.onRejected(error.code);
      throw error;
    }
  };
}

/** What is refused anyway costs no call to another service, so it does not count. */
async function limitMutations(
  parts: GraphQLParts,
  { loaded, method }: AskedRequest,
  operation: OperationDefinitionNode,
  caller: Caller,
): Promise<void> {
  if (loaded === undefined || method === 'GET' || loaded.errors().length > 0) return;
  await parts.mutations.take(caller.owner, loaded.rootFields(operation));
}

async function subscribe(
  parts: GraphQLParts,
  c: Context,
  request: AskedRequest,
  caller: Caller,
  accepts: 'first' | 'yes' | 'no',
): Promise<Response> {
  if (accepts === 'no')
    throw new Problem(406, 'NOT_ACCEPTABLE', 'a subscription answers text/event-stream');
  let stream: OpenStream | undefined;
  if (request.loaded?.errors().length === 0) {
    parts.requireFeeds();
    stream = parts.streams.open(caller);
  }
  return parts.answerEvents(eventRequest(c, request, { caller, stream }));
}

function eventRequest(
  c: Context,
  { loaded, ...request }: AskedRequest,
  context: GatewayContext,
): EventRequest {
  const headers = Object.fromEntries(c.res.headers); // what goes before has set, such as CORS
  const { outgoing } = c.env as HttpBindings;
  return { request, loaded, context, outgoing, headers };
}

/** Queries and mutations, by graphql-http. */
function createHttpAnswer(parts: GraphQLParts) {
  const handle = createHandler<Passage, undefined, GatewayContext>({
    schema: parts.schema,
    formatError: parts.mask,
    onSubscribe(request, params) {
      const { loaded, context } = request.raw;
      const errors = loaded?.errors() ?? [];
      if (loaded?.document === undefined || errors.length > 0) return errors;
      return {
        schema: parts.schema,
        document: loaded.document,
        operationName: params.operationName ?? null,
        variableValues: params.variables ?? null,
        contextValue: context,
      };
    },
  });
  return async (c: Context, request: AskedRequest, context: GatewayContext): Promise<Response> => {
    const [body, init] = await handle({
      method: c.req.method,
      url: c.req.url,
      headers: c.req.raw.headers,
      body: request.body,
      raw: { context, loaded: request.loaded },
      context: undefined,
    });
    if (body === null && init.status >= 400) throw refusalOf(init.status);
    return new Response(body, init);
  };
}

/** What graphql-http refuses by its status alone. */
function refusalOf(status: number): Problem {
  switch (status) {
    case 405:
      return new Problem(405, 'METHOD_NOT_ALLOWED', 'send a mutation by POST');
    case 406:
      return new Problem(406, 'NOT_ACCEPTABLE', 'accept application/json');
    default:
      return new Problem(status, 'BAD_REQUEST', 'send a GraphQL request: query, variables');
  }
}
