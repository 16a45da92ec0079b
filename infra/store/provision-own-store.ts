// After each start of the store of a stack: its bucket, users and rights, by the root key, which only
// the store itself has besides.
import { readConfig } from '../../platform/config.ts';
import { provisionStore } from '../../platform/store-administration/provision-store.ts';
import { sharedEnvironment } from '../stack/environment.ts';
import { readOverdue, completeRotation, withKeysLocked } from '../keys/key-rotation.ts';
import { keysFolder } from '../keys/key-settings.ts';
import type { Launcher } from '../supervisor/launcher.ts';
import type { Stack } from '../stack/stack.ts';
import { storePlan, storePlanSettings } from './store-plan.ts';
import { storeInUse, storeNames, type StoreName } from '../stack/store-in-use.ts';

type Note = (line: string) => void;

/** Goes on with a rotation of keys that was begun, and ends keys that are overdue. */
export async function provisionOwnStore(stack: Stack, store: StoreName, note: Note): Promise<void> {
  const folder = keysFolder(stack);
  await withKeysLocked(folder, note, () =>
    completeRotation(folder, {
      provision: () => provisionByRoot(stack, store, note),
      processesRun: true,
      mayBecomeCurrent: () => store === storeInUse(stack),
      log: note,
    }),
  );
}

/** Users of the keys as they lie in the stack's folder now. */
export async function provisionByRoot(stack: Stack, store: StoreName, note: Note): Promise<void> {
  const config = readConfig(storePlanSettings, sharedEnvironment(stack));
  const root = {
    endpoint: `http://127.0.0.1:${stack.ports[store]}`,
    region: config.S3_REGION,
    accessKey: stack.secrets.S3_ROOT_ACCESS_KEY,
    secretKey: stack.secrets.S3_ROOT_SECRET_KEY,
  };
  const { missing } = await provisionStore(root, storePlan(config, keysFolder(stack)), note);
  if (missing.length > 0) throw new Error(missing.join('\n'));
}

const hourMs = 60 * 60_000;

/** For as long as this process lives: ends keys in the stores that the launcher runs. */
export function endOldKeysHourly(
  { stack, services }: Pick<Launcher, 'stack' | 'services'>,
  log: Note,
): void {
  const end = async () => {
    if (readOverdue(keysFolder(stack)).length === 0) return;
    for (const store of storeNames)
      if (services.get(store)?.state === 'ready') await provisionOwnStore(stack, store, log);
  };
  setInterval(() => {
    end().catch((error: unknown) => {
      log(`former keys not removed, next try in 1 h: ${(error as Error).message}`);
    });
  }, hourMs).unref();
}
