import { rmSync } from 'node:fs';
import { UserError } from '../../infra/host/user-error.ts';
import { stopLeftovers } from '../../infra/supervisor/stop-leftovers.ts';
import { type Runtime, openStack, type Stack } from '../../infra/stack/stack.ts';
import { removeData } from '../../infra/compose/compose.ts';
import { fetchStackReport } from '../../infra/supervisor/control-client.ts';

/**
 * Stack `test` without data: what an earlier run left in the servers must not answer for this one.
 *
 * @throws {UserError} it is running.
 */
export async function freshTestStack(runtime: Runtime): Promise<Stack> {
  const before = openStack('test');
  const running = await fetchStackReport(before);
  if (running)
    throw new UserError(
      `Stack test runs already (process ${running.pid}): wait for it, or stop it with \`npm run infra -- down test\`.`,
    );
  await stopLeftovers(before, console.log);
  if (runtime === 'compose') await removeData(before);
  rmSync(before.folder, { recursive: true, force: true });
  return openStack('test');
}
