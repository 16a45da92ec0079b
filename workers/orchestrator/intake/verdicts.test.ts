import { describe, expect, test } from '@jest/globals';
import { ServiceError, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { InvalidEventError } from '../../../contracts/cloudevents.ts';
import { TemporalUnavailableError } from '../../../platform/temporal/temporal.ts';
import { actions, outcomeOf } from './verdicts.ts';

/** As the client hands on an answer of the server: the gRPC error is the cause. */
function answer(code: number): ServiceError {
  const grpc = Object.assign(new Error('said by the server'), { code, details: '', metadata: {} });
  return new ServiceError('Failed to start Workflow', { cause: grpc });
}

describe('what becomes of a message', () => {
  test.each([
    ['a repeat', new WorkflowExecutionAlreadyStartedError('', 'id', 'type'), 'acknowledge'],
    ['a broken event', new InvalidEventError('no body'), 'dead-letter'],
    ['INVALID_ARGUMENT', answer(3), 'dead-letter'],
    ['UNAVAILABLE', answer(14), 'hold'],
    ['RESOURCE_EXHAUSTED', answer(8), 'hold'],
    ['DEADLINE_EXCEEDED', answer(4), 'hold'],
    ['no connection yet', new TemporalUnavailableError('away'), 'hold'],
    ['no such namespace', new NamespaceNotFoundError('none'), 'close'],
    ['PERMISSION_DENIED', answer(7), 'close'],
    ['UNAUTHENTICATED', answer(16), 'close'],
    ['INTERNAL', answer(13), 'count and retry'],
    ['a bug of ours', new TypeError('x is not a function'), 'count and retry'],
  ])('%s', (_name, error, action) => {
    expect(actions[outcomeOf(error)]).toBe(action);
  });
});
