// An object store that runs elsewhere, by S3_ENDPOINT: does everything that belongs to it stand in
// the environment?
import { UserError } from '../host/user-error.ts';
import { givenEnvironment } from '../stack/environment.ts';
import { keysFolder, storeKeySettings } from '../keys/key-settings.ts';
import { provisionedEndpoints } from '../keys/provisioned-endpoints.ts';
import { readCurrent } from '../keys/generations.ts';
import type { Stack } from '../stack/stack.ts';
import type { StoreName } from '../stack/store-in-use.ts';

const formerSettings = ['S3_ACCESS_KEY', 'S3_SECRET_KEY'];

/**
 * @param requested what `--store` says.
 * @throws {UserError} keys without an endpoint, an endpoint without its keys, a former setting.
 */
export function assertKeysOfGivenStore(stack: Stack, requested?: StoreName): void {
  if (stack.name !== 'dev') return;
  const former = formerSettings.filter((name) => process.env[name]);
  if (former.length > 0)
    throw new UserError(
      `${former.join(', ')} is no longer a setting: each process has its own key. Unset it, and set ` +
        `${storeKeySettings.join(', ')}, or run \`npm run provision\`, which makes these keys.`,
    );
  const given = givenEnvironment(stack);
  const endpoint = given['S3_ENDPOINT'];
  const isGiven = (name: string) => (given[name] ?? given[`${name}_FILE`]) !== undefined;
  const present = storeKeySettings.filter(isGiven);
  if (endpoint === undefined) {
    if (present.length > 0)
      throw new UserError(
        `${present.join(', ')} belong to an object store elsewhere, but S3_ENDPOINT is missing: set it too, or unset them.`,
      );
    return;
  }
  if (requested !== undefined)
    throw new UserError(
      '--store runs an object store, but S3_ENDPOINT names one that runs elsewhere: leave one of them out.',
    );
  const folder = keysFolder(stack);
  const provisioned = provisionedEndpoints(folder)[endpoint];
  if (present.length === 0 && provisioned !== undefined) {
    if (provisioned >= readCurrent(folder).name) return;
    throw new UserError(
      `S3_ENDPOINT=${endpoint} has no users of the rotated keys: run \`npm run provision\` for it again.`,
    );
  }
  const missing = storeKeySettings.filter((name) => !isGiven(name));
  if (missing.length > 0)
    throw new UserError(
      `S3_ENDPOINT=${endpoint} is set without its keys: run \`npm run provision\`, which makes them, or set ` +
        `${missing.join(', ')} (each may also be a file, <NAME>_FILE).`,
    );
}
