import type { HttpBindings } from '@hono/node-server';
import { OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { createHandler } from 'graphql-http';
import type { Context } from 'hono';
import { Problem } from '../../platform/http/problem.ts';
import { assertMayMutate, type Caller, type VerifyToken } from '../auth/verify-token.ts';
import { acceptedTypes, eventStream } from './accepted-types.ts';
import type { GatewayContext } from './context.ts';
import type { MutationLimit } from '../limits/limit-mutations.ts';
import type { SseRequest } from './handle-sse.ts';
import { isPublic, type LoadDocument, type LoadedDocument } from './load-document.ts';
import type { MaskError } from './mask-errors.ts';
import type { OpenStream, OpenStreams } from './open-streams.ts';
import type { ResolveDocument } from './trusted-documents.ts';
import { readRequest, type GraphQLRequest } from './read-request.ts';
import type { PhotoLoader } from '../photos/read-photos.ts';
import type { QueueLoader } from '../queue/read-queue.ts';

export interface GraphQLDeps {
  schema: GraphQLSchema;
  resolveDocument: ResolveDocument;
  load: LoadDocument;
  mask: MaskError;
  verifyToken: VerifyToken;
  handleSse: (request: SseRequest) => Promise<Response>;
  streams: OpenStreams;
  mutations: MutationLimit;
  /** Of one request. */
  createPhotoLoader: () => PhotoLoader;
  createQueueLoader: (owner: string) => QueueLoader;
  /** Longest body. */
  maximumBytes: number;
  /** @throws {Problem} 503 while subscriptions cannot be answered. */
  assertFeedsAvailable: () => void;
  onRejected: (code: string) => void;
}

type LoadedRequest = GraphQLRequest & { readonly loaded: LoadedDocument };

/**
 * One address for everything. The operation's type chooses the handler before Accept does: some
 * clients accept event streams on every operation. The app answers problems thrown here.
 */
export function createGraphQLHandler(deps: GraphQLDeps): (c: Context) => Promise<Response> {
  const handleHttp = createGraphQLHttpHandler(deps);
  return async (c) => {
    const read = await readRequest(c, deps.maximumBytes, deps.resolveDocument);
    const request = { ...read, loaded: deps.load(read.query) };
    const operation = request.loaded.operation(read.operationName);
    const isSubscription = operation?.operation === OperationTypeNode.SUBSCRIPTION;
    try {
      const caller = isPublic(operation)
        ? undefined
        : await deps.verifyToken(c.req.header('authorization'));
      const accepted = acceptedTypes(c.req.header('accept'));
      if (isSubscription && caller !== undefined)
        return await subscribe(deps, c, request, caller, accepted);
      if (operation?.operation === OperationTypeNode.MUTATION && caller !== undefined)
        await admitMutations(deps, request, operation, caller);
      const photos = deps.createPhotoLoader();
      const queue = caller && deps.createQueueLoader(caller.owner);
      const context = { caller, stream: undefined, photos, queue };
      const [preferred] = accepted;
      if (preferred === eventStream) return await deps.handleSse(sseRequest(c, request, context));
      if (preferred === undefined)
        throw new Problem(406, 'NOT_ACCEPTABLE', 'accept: unsupported; accept application/json');
      return await handleHttp(c, request, context, preferred);
    } catch (error) {
      if (isSubscription && error instanceof Problem) deps.onRejected(error.code);
      throw error;
    }
  };
}

/**
 * An invalid request costs no call to another service, so it does not count.
 *
 * @throws {Problem} 403 with a token that may only read; 405 by GET; 429 over the limit of this user.
 */
async function admitMutations(
  deps: GraphQLDeps,
  { loaded, method }: LoadedRequest,
  operation: OperationDefinitionNode,
  caller: Caller,
): Promise<void> {
  if (method === 'GET')
    throw new Problem(405, 'METHOD_NOT_ALLOWED', 'mutation by GET: not allowed; send it by POST');
  assertMayMutate(caller);
  if (loaded.errors().length > 0) return;
  await deps.mutations.take(caller.owner, loaded.rootFields(operation));
}

async function subscribe(
  deps: GraphQLDeps,
  c: Context,
  request: LoadedRequest,
  caller: Caller,
  accepted: readonly string[],
): Promise<Response> {
  if (!accepted.includes(eventStream))
    throw new Problem(
      406,
      'NOT_ACCEPTABLE',
      'accept: a subscription is answered as text/event-stream; accept it',
    );
  let stream: OpenStream | undefined;
  if (request.loaded.errors().length === 0) {
    deps.assertFeedsAvailable();
    stream = deps.streams.open(caller);
  }
  const context = { caller, stream, photos: undefined, queue: undefined };
  return deps.handleSse(sseRequest(c, request, context));
}

function sseRequest(c: Context, request: LoadedRequest, context: GatewayContext): SseRequest {
  const headers = Object.fromEntries(c.res.headers); // set by middleware before, such as CORS
  const { outgoing } = c.env as HttpBindings;
  return { ...request, context, outgoing, headers };
}

/** Queries and mutations, by graphql-http. */
function createGraphQLHttpHandler({ schema, mask }: GraphQLDeps) {
  const handle = createHandler<
    { context: GatewayContext; request: LoadedRequest },
    undefined,
    GatewayContext
  >({
    schema,
    formatError: mask,
    parseRequestParams: ({ raw: { request } }) => request, // read already, and once
    onSubscribe({ raw: { context, request } }) {
      const { document } = request.loaded;
      const errors = request.loaded.errors();
      if (document === undefined || errors.length > 0) return errors;
      return {
        schema,
        document,
        operationName: request.operationName ?? null,
        variableValues: request.variables ?? null,
        contextValue: context,
      };
    },
  });
  return async (
    c: Context,
    request: LoadedRequest,
    context: GatewayContext,
    accept: string,
  ): Promise<Response> => {
    const headers = new Headers(c.req.raw.headers);
    headers.set('accept', accept); // as negotiated: the library knows no weights
    const [body, init] = await handle({
      method: c.req.method,
      url: c.req.url,
      headers,
      body: null,
      raw: { context, request },
      context: undefined,
    });
    return new Response(body, init);
  };
}
