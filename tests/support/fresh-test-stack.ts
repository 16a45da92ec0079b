import { rmSync } from 'node:fs';
import { CannotDo } from '../../infra/cannot-do.ts';
import { stopLeftovers } from '../../infra/supervisor/launcher.ts';
import type { Way } from '../../infra/compose/choose-way.ts';
import { removeData } from '../../infra/compose/in-containers.ts';
import { askLauncher } from '../../infra/supervisor/stack-control.ts';
import { openStack, type Stack } from '../../infra/stack.ts';

/**
 * Stack `test` without data: what an earlier run left in the servers must not answer for this one.
 *
 * @throws {CannotDo} it is running.
 */
export async function freshTestStack(way: Way): Promise<Stack> {
  const before = openStack('test');
  const running =
    (await askLauncher(before, 'control')) ?? (await askLauncher(before, 'servers-control'));
  if (running)
    throw new CannotDo(
      `Stack test runs already (process ${running.pid}): wait for it, or stop it with \`kill ${running.pid}\`.`,
    );
  await stopLeftovers(before, console.log);
  if (way === 'compose') await removeData(before);
  rmSync(before.folder, { recursive: true, force: true });
  return openStack('test');
}
