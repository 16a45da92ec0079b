import { UserError } from '../host/user-error.ts';
import { givenEnvironment } from '../stack/environment.ts';
import { fetchStackReport } from '../supervisor/control-client.ts';
import type { Stack } from '../stack/stack.ts';
import { storeInUse, storeNames, storeTitles, type StoreName } from '../stack/store-in-use.ts';

/**
 * The object stores of the stack that are ready, the one in use among them. `elsewhere`: processes of
 * the stack run, or may, with a store that is not its own.
 *
 * @throws {UserError} its own is not ready.
 */
export async function runningStores(
  stack: Stack,
): Promise<'nothing' | 'elsewhere' | readonly StoreName[]> {
  const report = await fetchStackReport(stack);
  if (report === undefined) return 'nothing';
  const stores = storeNames.flatMap((name) => {
    const service = report.services.find((one) => one.name === name);
    return service === undefined ? [] : [{ name, state: service.state }];
  });
  const own = stores.find(({ name }) => name === storeInUse(stack));
  if (own === undefined || givenEnvironment(stack)['S3_ENDPOINT'] !== undefined) return 'elsewhere';
  if (own.state !== 'ready')
    throw new UserError(
      `${storeTitles[own.name]} of stack ${stack.name} is ${own.state}: wait until it is ready, or start it with ` +
        `\`npm run infra -- start ${own.name} ${stack.name}\`, then repeat this.`,
    );
  return stores.filter(({ state }) => state === 'ready').map(({ name }) => name);
}
