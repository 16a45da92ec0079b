import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/**
 * Gives each cause of an activity's error a type. The SDK types the error alone, and a cause without
 * one is what `tctl workflow describe` panics at.
 */
export const nameCauses: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof Error) nameCause(error);
        throw error;
      }
    },
  },
});

function nameCause(error: Error): void {
  if (error.cause === undefined) return;
  const value = failureOf(error.cause);
  Object.defineProperty(error, 'cause', { value, configurable: true, writable: true });
}

function failureOf(cause: unknown): Error {
  if (!(cause instanceof Error)) return ApplicationFailure.create({ message: String(cause) });
  nameCause(cause);
  if (cause instanceof TemporalFailure) return cause;
  const failure = ApplicationFailure.create({
    message: cause.message,
    type: cause.name,
    cause: cause.cause as Error, // if it has one
  });
  if (cause.stack !== undefined) failure.stack = cause.stack;
  return failure;
}
