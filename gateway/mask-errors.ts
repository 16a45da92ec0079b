import { randomUUID } from 'node:crypto';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Logger } from '../platform/logger.ts';
import { Problem } from '../platform/problem.ts';

export type MaskError = (error: Readonly<GraphQLError | Error>) => GraphQLError;

/**
 * What a client may read of an error. GraphQL's own errors and problems (with `extensions`: `code`,
 * `status`, `errors`, `retryAfter`) pass; anything else is a fault of ours, and the client gets a
 * reference that stands in the log beside the error itself.
 */
export function createErrorMask(logger: Logger): MaskError {
  return (error) => {
    if (!(error instanceof GraphQLError))
      // graphql-http: the request itself was malformed
      return new GraphQLError(error.message, { extensions: { code: 'BAD_REQUEST' } });
    const cause = error.originalError;
    if (cause === undefined || cause instanceof GraphQLError) return error;
    const masked = (message: string, extensions: Record<string, unknown>) =>
      new GraphQLError(message, {
        nodes: error.nodes ?? null,
        path: error.path ?? null,
        extensions,
      });
    if (cause instanceof Problem) return masked(cause.message, problemExtensions(cause));
    const reference = randomUUID();
    logger.error({ err: cause, reference, path: error.path }, 'a field failed');
    return masked(`a fault of ours; reference ${reference}`, { code: 'INTERNAL', reference });
  };
}

export function problemExtensions(problem: Problem): Record<string, unknown> {
  return {
    code: problem.code,
    status: problem.status,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(problem.retryAfter === undefined ? {} : { retryAfter: problem.retryAfter }),
  };
}

/** The result with every error masked; the same object where there is none. */
export function maskResult(mask: MaskError, result: ExecutionResult): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: result.errors.map(mask) };
}
