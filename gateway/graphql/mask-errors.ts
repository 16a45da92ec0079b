import { randomUUID } from 'node:crypto';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Logger } from '../../platform/logger.ts';
import { Problem } from '../../platform/http/problem.ts';

export type MaskError = (error: Readonly<GraphQLError | Error>) => GraphQLError;

/**
 * What a client may read of an error. GraphQL's own errors and problems pass (with `extensions`: `code`,
 * `status`, `errors`, `retryAfter`, `since`); anything else is an internal error, of which the client gets a
 * reference that is logged beside the error itself.
 */
export function createErrorMask(logger: Logger): MaskError {
  return (error) => {
    if (!(error instanceof GraphQLError))
      // graphql-http: the request itself is malformed
      return withCode(new GraphQLError(error.message), 'BAD_REQUEST');
    const cause = error.originalError;
    if (cause === undefined || cause instanceof GraphQLError)
      return withCode(error, 'BAD_USER_INPUT'); // a variable or argument: documents are coded before
    const masked = (message: string, extensions: Record<string, unknown>) =>
      new GraphQLError(message, {
        nodes: error.nodes ?? null,
        path: error.path ?? null,
        extensions,
      });
    if (cause instanceof Problem) return masked(cause.message, problemExtensions(cause));
    const reference = randomUUID();
    logger.error(
      { err: cause, reference, path: error.path },
      'resolver failed: the client was sent this reference',
    );
    return masked(`internal error; report reference ${reference}`, { code: 'INTERNAL', reference });
  };
}

/** GraphQL's own errors come without a code; the client can mend all of them, hence 400. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  if (error.extensions['code'] !== undefined) return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    originalError: error.originalError ?? null,
    extensions: { code, status: 400 },
  });
}

export function problemExtensions(problem: Problem): Record<string, unknown> {
  return {
    code: problem.code,
    status: problem.status,
    errors: problem.errors, // undefined is left out of JSON
    retryAfter: problem.retryAfter,
    since: problem.since?.toISOString(),
  };
}

/** The result with every error masked; the same object where there is none. */
export function maskResult(mask: MaskError, result: ExecutionResult): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: result.errors.map(mask) };
}
