// `npm run provision [-- --keys DIR]`: makes bucket, keys, rights and CORS rule at the object store of
// S3_ENDPOINT, with the administrator's key; role, database, rights and tables of the register at
// DATABASE_ADMIN_URL. Repeatable.
import { resolve } from 'node:path';
import { storeRights } from '../../contracts/objects.ts';
import { pick } from '../../contracts/settings.ts';
import { ConfigError, readConfig, type Config, type Settings } from '../../platform/config.ts';
import {
  provisionStore,
  type Provisioned,
} from '../../platform/store-administration/provision-store.ts';
import { policyDocument } from '../../platform/store-administration/rights.ts';
import { StoreAdministrationError } from '../../platform/store-administration/signed-request.ts';
import { provisionRegister } from '../database/provision-register.ts';
import { UserError } from '../host/user-error.ts';
import { completeRotation, withKeysLocked } from '../keys/key-rotation.ts';
import { ensureKeys } from '../keys/generations.ts';
import {
  keyFile,
  keySettings,
  keysFolder,
  rightNames,
  storeKeySettings,
} from '../keys/key-settings.ts';
import { endpointsWithoutNewest, rememberEndpoint } from '../keys/provisioned-endpoints.ts';
import { runningStores } from '../store/running-stores.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import { storePlan, storePlanSettings } from '../store/store-plan.ts';
import { runCommand } from './display.ts';
import { parseOptions } from './options.ts';

const usage = `npm run provision [-- --keys DIR] [--replace]

  S3_ENDPOINT, S3_REGION, S3_BUCKET            the object store and the bucket of the photos
  S3_ADMIN_ACCESS_KEY, S3_ADMIN_SECRET_KEY     who may make buckets, users and policies there
  CORS_ORIGINS, PUBLIC_ORIGIN                  whose pages may upload
  DATABASE_URL                                 as tu-register-service gets it: role, password, database
  DATABASE_ADMIN_URL                           who may make roles and databases there

What is not named by S3_ENDPOINT or DATABASE_ADMIN_URL is left out.

DIR is where the keys are kept, .data/dev/keys by default. Where other keys have rights already it
refuses, unless --replace takes those rights from them. It ends with 1 where the administrator's key may
not make what the processes need: that is named, to be done by hand.`;

runCommand(async () => {
  const { given, replace } = readOptions();
  const missing = await provisionGivenDatabase();
  if (missing === undefined || process.env['S3_ENDPOINT']) await provisionObjects(given, replace);
  if (missing !== undefined && missing.length > 0)
    throw new UserError(
      'The register is not provisioned. Do by hand what DATABASE_ADMIN_URL may not do (see above), then repeat this.',
    );
});

/** @returns what its administrator may not make; undefined where none is given. */
async function provisionGivenDatabase(): Promise<readonly string[] | undefined> {
  if (!process.env['DATABASE_ADMIN_URL'] && !process.env['DATABASE_ADMIN_URL_FILE'])
    return undefined;
  const config = readSettings(pick('DATABASE_URL', 'DATABASE_ADMIN_URL'));
  try {
    return await provisionRegister(config.DATABASE_ADMIN_URL, config.DATABASE_URL, console.log);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`PostgreSQL: ${(error as Error).message}`, { cause: error });
  }
}

async function provisionObjects(given: string | undefined, replace: boolean): Promise<void> {
  const stack = openStack('dev');
  const folder = given ?? keysFolder(stack);
  const config = readEnvironment();
  ensureKeys(folder);
  let found: Provisioned = { kind: 'other', missing: [] };
  const isComplete = () => found.kind !== 'other' && found.missing.length === 0;
  await withKeysLocked(folder, console.log, () =>
    completeRotation(folder, {
      provision: async () => {
        found = await provision(config, folder, replace);
        if (isComplete()) rememberEndpoint(folder, config.S3_ENDPOINT);
      },
      processesRun: true,
      mayBecomeCurrent: async () => isComplete() && (given !== undefined || isFree(stack)),
      log: console.log,
    }),
  );
  if (found.kind === 'other') {
    console.log(byHand(config.S3_BUCKET));
    if (found.missing.length > 0) process.exitCode = 1;
    return;
  }
  console.log(`keys: ${folder}; a process reads them by`);
  for (const setting of storeKeySettings)
    console.log(`  ${setting}_FILE=${keyFile(folder, setting)}`);
  if (found.missing.length === 0) return;
  throw new UserError(
    `${config.S3_ENDPOINT}: not all is provisioned. Do by hand what the key may not do (see above), then repeat this.`,
  );
}

async function provision(
  config: ReturnType<typeof readEnvironment>,
  folder: string,
  replacesUnknownKeys: boolean,
) {
  const { S3_ENDPOINT: endpoint, S3_REGION: region } = config;
  const accessKey = config.S3_ADMIN_ACCESS_KEY;
  const administrator = { endpoint, region, accessKey, secretKey: config.S3_ADMIN_SECRET_KEY };
  try {
    const plan = { ...storePlan(config, folder), replacesUnknownKeys };
    return await provisionStore(administrator, plan, console.log);
  } catch (error) {
    if (!(error instanceof StoreAdministrationError)) throw error;
    throw new UserError(`${endpoint}: ${error.message}`, { cause: error });
  }
}

/** No process of the stack runs with a store that does not know the newest keys. */
async function isFree(stack: Stack): Promise<boolean> {
  const running = await runningStores(stack);
  const folder = keysFolder(stack);
  const late = endpointsWithoutNewest(folder);
  if (running === 'nothing' || (running === 'elsewhere' && late.length === 0)) return true;
  console.log(
    `keys: new generation not active, because the running stack ${
      late.length > 0 ? `may use ${late.join(', ')}: run this there too` : 'uses its own store'
    }, or stop the stack and run this again`,
  );
  return false;
}

function readOptions(): { given: string | undefined; replace: boolean } {
  const options = {
    keys: { type: 'string' },
    replace: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseOptions(process.argv.slice(2), options, usage);
  if (positionals.length > 0) throw new UserError(usage);
  const { keys, replace } = values;
  const given = keys === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', keys);
  return { given, replace };
}

function readEnvironment() {
  if (!process.env['S3_ENDPOINT'])
    throw new UserError(`S3_ENDPOINT and DATABASE_ADMIN_URL are missing\n\n${usage}`);
  return readSettings({
    ...storePlanSettings,
    ...pick('S3_ENDPOINT', 'S3_ADMIN_ACCESS_KEY', 'S3_ADMIN_SECRET_KEY'),
  });
}

function readSettings<S extends Settings>(settings: S): Config<S> {
  try {
    return readConfig(settings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(`${error.message}\n\n${usage}`, { cause: error });
  }
}

/** A store whose users we cannot make: AWS, Ceph, a cloud's. */
const byHand = (bucket: string) =>
  [
    'This object store has no known user API: create a user with this policy for each key, and set its settings.',
    ...rightNames.map(
      (name) =>
        `\n${keySettings(name).join(', ')}:\n${JSON.stringify(policyDocument(bucket, storeRights[name]), null, 2)}`,
    ),
  ].join('\n');
