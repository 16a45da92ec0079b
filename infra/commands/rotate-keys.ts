// `npm run ops -- keys rotate [--now]`: new keys for the processes of the local stack, running or not.
import { UserError } from '../host/user-error.ts';
import { beginRotation, completeRotation, withKeysLocked } from '../keys/key-rotation.ts';
import { endpointsWithoutNewest } from '../keys/provisioned-endpoints.ts';
import { keysFolder } from '../keys/key-settings.ts';
import { provisionByRoot } from '../store/provision-own-store.ts';
import { runningStores } from '../store/running-stores.ts';
import { parseOptions } from './options.ts';
import type { Stack } from '../stack/stack.ts';

const usage = 'npm run ops -- keys rotate [--now]';

export async function rotateKeys(stack: Stack, args: readonly string[]): Promise<void> {
  const options = { now: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseOptions(args, options, usage);
  if (positionals.join(' ') !== 'rotate') throw new UserError(usage);
  const leaked = values.now;
  const folder = keysFolder(stack);
  const log = console.log;
  await withKeysLocked(folder, log, async () => {
    const running = await runningStores(stack);
    beginRotation(folder, { leaked });
    if (running === 'elsewhere') {
      log(
        'New keys are written; they become active when `npm run provision` has made their users in the object store in use.',
      );
      return;
    }
    const stores = running === 'nothing' ? [] : running;
    await completeRotation(folder, {
      provision: async () => {
        for (const store of stores) await provisionByRoot(stack, store, log);
      },
      processesRun: stores.length > 0,
      mayBecomeCurrent: () => true,
      log,
    });
    if (stores.length === 0)
      log('The stack is not running: its object store gets the users at its next start.');
    log(leaked ? endedAtOnce : countTogether);
  });
  const late = endpointsWithoutNewest(folder);
  if (late.length > 0) log(elsewhere(late));
}

const countTogether =
  'The former keys stay valid for 24 hours beside the new ones, or until the next rotation; older ones have ended.';
const endedAtOnce =
  'The former keys have ended. Uploads in flight: a former putUrl answers 403, and the SDK renews it; ' +
  'a former uploadId answers 422 (5 s from now at the latest), and the upload has to be started again.';

const elsewhere = (endpoints: readonly string[]) =>
  [
    'Until you provision them again, these stores elsewhere take the former keys and not the new ones. Run for each, with S3_REGION, S3_BUCKET, CORS_ORIGINS and PUBLIC_ORIGIN as the first time:',
    ...endpoints.map(
      (endpoint) =>
        `  S3_ENDPOINT=${endpoint} S3_ADMIN_ACCESS_KEY=... S3_ADMIN_SECRET_KEY=... npm run provision`,
    ),
  ].join('\n');
