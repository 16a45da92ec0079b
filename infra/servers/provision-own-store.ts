// After each start of the store of a stack: its bucket, users and rights, by the root key, which only
// the store itself has besides.
import { readConfig } from '../../platform/config.ts';
import { provisionStore } from '../../platform/store-administration/provision-store.ts';
import { givenEnvironment, sharedEnvironment } from '../environment.ts';
import { keysFolder } from '../keys.ts';
import type { Stack } from '../stack.ts';
import { storePlan, storePlanSettings } from '../store-plan.ts';
import type { StoreName } from '../store-in-use.ts';

export async function provisionOwnStore(
  stack: Stack,
  store: StoreName,
  note: (line: string) => void = () => undefined,
): Promise<void> {
  const config = readConfig(storePlanSettings, sharedEnvironment(stack, givenEnvironment(stack)));
  const root = {
    endpoint: `http://127.0.0.1:${stack.ports[store]}`,
    region: config.S3_REGION,
    accessKey: stack.secrets.S3_ROOT_ACCESS_KEY,
    secretKey: stack.secrets.S3_ROOT_SECRET_KEY,
  };
  await provisionStore(root, storePlan(config, keysFolder(stack)), note);
}
