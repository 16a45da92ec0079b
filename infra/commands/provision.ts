// `npm run provision [-- --keys DIR]`: makes bucket, keys, rights and CORS rule at the object store of
// S3_ENDPOINT, with the administrator's key. Repeatable.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { storeRights } from '../../contracts/objects.ts';
import { pick } from '../../contracts/settings.ts';
import { ConfigError, readConfig } from '../../platform/config.ts';
import { provisionStore } from '../../platform/store-administration/provision-store.ts';
import { policyDocument } from '../../platform/store-administration/rights.ts';
import { StoreAdministrationError } from '../../platform/store-administration/signed-request.ts';
import { CannotDo } from '../cannot-do.ts';
import {
  ensureKeys,
  keyFile,
  keySettings,
  keysFolder,
  rememberEndpoint,
  rightNames,
  storeKeySettings,
} from '../keys.ts';
import { openStack } from '../stack.ts';
import { storePlan, storePlanSettings } from '../store-plan.ts';
import { runCommand } from './display.ts';

const usage = `npm run provision [-- --keys DIR]

  S3_ENDPOINT, S3_REGION, S3_BUCKET            the object store and the bucket of the photos
  S3_ADMIN_ACCESS_KEY, S3_ADMIN_SECRET_KEY     who may make buckets, users and policies there
  CORS_ORIGINS, PUBLIC_ORIGIN                  whose pages may upload

DIR is where the keys are kept, .data/dev/keys by default.`;

runCommand(async () => {
  const folder = readKeysOption() ?? keysFolder(openStack('dev'));
  const config = readEnvironment();
  const { S3_ENDPOINT: endpoint, S3_REGION: region } = config;
  ensureKeys(folder);
  const accessKey = config.S3_ADMIN_ACCESS_KEY;
  const administrator = { endpoint, region, accessKey, secretKey: config.S3_ADMIN_SECRET_KEY };
  const plan = storePlan(config, folder);
  const kind = await provisionStore(administrator, plan, console.log).catch((error: unknown) => {
    if (error instanceof StoreAdministrationError)
      throw new CannotDo(`${endpoint}: ${error.message}`, { cause: error });
    throw error;
  });
  if (kind === 'other') {
    console.log(byHand(plan.bucket));
    return;
  }
  rememberEndpoint(folder, endpoint);
  console.log(`keys: ${folder}; a process reads them by`);
  for (const setting of storeKeySettings)
    console.log(`  ${setting}_FILE=${keyFile(folder, setting)}`);
});

function readKeysOption(): string | undefined {
  try {
    const { keys } = parseArgs({ options: { keys: { type: 'string' } } }).values;
    return keys === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', keys);
  } catch (error) {
    throw new CannotDo(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
}

function readEnvironment() {
  try {
    if (!process.env['S3_ENDPOINT']) throw new ConfigError('S3_ENDPOINT is missing');
    return readConfig({
      ...storePlanSettings,
      ...pick('S3_ENDPOINT', 'S3_ADMIN_ACCESS_KEY', 'S3_ADMIN_SECRET_KEY'),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CannotDo(`${error.message}\n\n${usage}`, { cause: error });
  }
}

/** A store whose users we cannot make: AWS, Ceph, a cloud's. */
const byHand = (bucket: string) =>
  [
    'This store has no user API that is known here: make a user with this policy for each key, and set its settings.',
    ...rightNames.map(
      (name) =>
        `\n${keySettings(name).join(', ')}:\n${JSON.stringify(policyDocument(bucket, storeRights[name]), null, 2)}`,
    ),
  ].join('\n');
