// An object store that runs elsewhere, by S3_ENDPOINT: does everything that belongs to it stand in
// the environment?
import { CannotDo } from '../cannot-do.ts';
import { givenEnvironment } from '../environment.ts';
import { keysFolder, provisionedEndpoints, readCurrent, storeKeySettings } from './keys.ts';
import type { Stack } from '../stack.ts';
import { storeInUse, type StoreName } from './store-in-use.ts';

const formerSettings = ['S3_ACCESS_KEY', 'S3_SECRET_KEY'];

/**
 * @param wish what `--store` says.
 * @throws {CannotDo} keys without an endpoint, an endpoint without its keys, a setting of before.
 */
export function assertKeysOfGivenStore(stack: Stack, wish?: StoreName): void {
  if (stack.name !== 'dev') return;
  const former = formerSettings.filter((name) => process.env[name]);
  if (former.length > 0)
    throw new CannotDo(
      `${former.join(', ')}: no longer a setting, each process has a key of its own right. Unset it, and set ` +
        `${storeKeySettings.join(', ')}, or let \`npm run provision\` make these keys.`,
    );
  const given = givenEnvironment(stack);
  const endpoint = given['S3_ENDPOINT'];
  const isGiven = (name: string) => (given[name] ?? given[`${name}_FILE`]) !== undefined;
  const present = storeKeySettings.filter(isGiven);
  if (endpoint === undefined) {
    if (present.length > 0)
      throw new CannotDo(
        `${present.join(', ')} belong to an object store elsewhere, but S3_ENDPOINT is missing: set it too, or unset them.`,
      );
    return;
  }
  if (wish !== undefined)
    throw new CannotDo(
      '--store runs an object store, but S3_ENDPOINT names one that runs elsewhere: leave one of them out.',
    );
  const folder = keysFolder(stack);
  const known = provisionedEndpoints(folder).find((one) => one.endpoint === endpoint);
  if (present.length === 0 && known !== undefined) {
    if (known.newest >= readCurrent(folder).name) return;
    throw new CannotDo(
      `S3_ENDPOINT=${endpoint} does not know the keys that count since they were rotated: run \`npm run provision\` again there.`,
    );
  }
  const missing = storeKeySettings.filter((name) => !isGiven(name));
  if (missing.length > 0)
    throw new CannotDo(
      `S3_ENDPOINT=${endpoint} is given without its keys: let \`npm run provision\` make them, or set ` +
        `${missing.join(', ')} (each may also be a file, <NAME>_FILE).`,
    );
}

/** @throws {CannotDo} the servers that are kept run another store than the one asked for. */
export function assertKeptStore(stack: Stack, wish: StoreName | undefined): void {
  if (wish !== undefined && wish !== storeInUse(stack))
    throw new CannotDo(
      `--store ${wish}, but the servers that are kept run ${storeInUse(stack)}: ` +
        `run \`npm run infra -- down\`, then try again.`,
    );
}
