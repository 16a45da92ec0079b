// `npm run ops -- keys rotate [--now]`: new keys for the processes of the local stack, running or not.
import { parseArgs } from 'node:util';
import { UserError } from '../host/user-error.ts';
import { beginRotation, settleKeys, withKeys } from '../keys/key-rotation.ts';
import { endpointsWithoutNewest } from '../keys/provisioned-endpoints.ts';
import { keysFolder } from '../keys/key-settings.ts';
import { provisionByRoot } from '../store/provision-own-store.ts';
import { runningStores } from '../store/running-stores.ts';
import type { Stack } from '../stack/stack.ts';

const usage = 'npm run ops -- keys rotate [--now]';

export async function rotateKeys(stack: Stack, args: readonly string[]): Promise<void> {
  const { leaked } = readWords(args);
  const folder = keysFolder(stack);
  const log = console.log;
  await withKeys(folder, log, async () => {
    const running = await runningStores(stack);
    beginRotation(folder, { leaked });
    if (running === 'elsewhere') {
      log(
        'New keys are written; they count as soon as the store that the processes use knows them.',
      );
      return;
    }
    const stores = running === 'nothing' ? [] : running;
    await settleKeys(folder, {
      provision: async () => {
        for (const store of stores) await provisionByRoot(stack, store, log);
      },
      processesRun: stores.length > 0,
      mayBecomeCurrent: () => true,
      log,
    });
    if (stores.length === 0)
      log('The stack does not run: its store gets the users at its next start.');
    log(leaked ? endedAtOnce : countTogether);
  });
  const late = endpointsWithoutNewest(folder);
  if (late.length > 0) log(elsewhere(late));
}

const countTogether =
  'The keys of before count for 24 hours besides the new ones, or until the next rotation; what was older has ended.';
const endedAtOnce =
  'The keys of before have ended. Uploads in flight: a putUrl of before answers 403, and the SDK renews it; ' +
  'an uploadId of before answers 422 (5 s from now at the latest), and the upload has to be started again.';

const elsewhere = (endpoints: readonly string[]) =>
  [
    'Until you provision them again, these stores elsewhere take the keys of before and not the new ones. Run for each, with S3_REGION, S3_BUCKET, CORS_ORIGINS and PUBLIC_ORIGIN as the first time:',
    ...endpoints.map(
      (endpoint) =>
        `  S3_ENDPOINT=${endpoint} S3_ADMIN_ACCESS_KEY=... S3_ADMIN_SECRET_KEY=... npm run provision`,
    ),
  ].join('\n');

function readWords(args: readonly string[]): { leaked: boolean } {
  try {
    const options = { now: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.join(' ') === 'rotate') return { leaked: values.now };
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
  throw new UserError(usage);
}
