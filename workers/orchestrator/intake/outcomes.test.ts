import { describe, expect, test } from '@jest/globals';
import { ServiceError, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { InvalidEventError } from '../../../contracts/cloudevents.ts';
import { TemporalUnavailableError } from '../../../platform/temporal/temporal.ts';
import { AnalysisDeletedError } from '../deletion/start-deletion.ts';
import { actions, outcomeOf } from './outcomes.ts';

/** As the client hands on an answer of the server: the gRPC error is the cause. */
function answer(code: number): ServiceError {
  const grpc = Object.assign(new Error('said by the server'), { code, details: '', metadata: {} });
  return new ServiceError('Failed to start Workflow', { cause: grpc });
}

describe('the intake', () => {
  test.each([
    ['acknowledge', 'a duplicate', new WorkflowExecutionAlreadyStartedError('', 'id', 'type')],
    ['acknowledge', 'an upload whose analysis was deleted', new AnalysisDeletedError('deleted')],
    ['dead-letter', 'a broken event', new InvalidEventError('no body')],
    ['dead-letter', 'INVALID_ARGUMENT', answer(3)],
    ['hold', 'UNAVAILABLE', answer(14)],
    ['hold', 'RESOURCE_EXHAUSTED', answer(8)],
    ['hold', 'DEADLINE_EXCEEDED', answer(4)],
    ['hold', 'a call without a connection', new TemporalUnavailableError('unavailable')],
    ['break', 'no such namespace', new NamespaceNotFoundError('none')],
    ['break', 'PERMISSION_DENIED', answer(7)],
    ['break', 'UNAUTHENTICATED', answer(16)],
    ['requeue', 'INTERNAL', answer(13)],
    ['requeue', 'a bug of ours', new TypeError('x is not a function')],
  ] as const)('decides to %s after %s', (action, _name, error) => {
    expect(actions[outcomeOf(error)]).toBe(action);
  });
});
