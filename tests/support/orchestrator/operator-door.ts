import { operatorName } from '../../../infra/emulators/identity/local-user.ts';
import { takeToken } from '../../../infra/emulators/identity/take-token.ts';
import type { StackControl } from '../../../infra/supervisor/control-client.ts';
import { openDoor, type Door } from '../../../operations/command-line/door.ts';

/** The running stack's door for acts, with the token of its operator. */
export const openOperatorDoor = async (stack: StackControl): Promise<Door> =>
  openDoor({
    ORCHESTRATOR_URL: stack.url('svc-analysis-orchestrator'),
    OPERATOR_TOKEN: await operatorTokenOf(stack),
  });

export const operatorTokenOf = (stack: StackControl): Promise<string> =>
  takeToken(
    { issuer: stack.url('identity'), secret: stack.stack.secrets.IDENTITY_SECRET },
    operatorName,
    'operator',
  );
