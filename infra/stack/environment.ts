// What the processes of a stack find in their environment: addresses for all, secrets per row.
import { processTable, type ProcessName } from '../../contracts/processes.ts';
import { renamedSettings, settings, type SettingName } from '../../contracts/settings.ts';
import {
  isKeySetting,
  keyFile,
  keysFolder,
  storeKeySettings,
  type KeySetting,
} from '../keys/key-settings.ts';
import type { ServiceName } from './service.ts';
import type { Stack } from './stack.ts';
import { storeInUse } from './store-in-use.ts';

export type Environment = Readonly<Record<string, string>>;

/** The variable that says: this server is run elsewhere, use it as it is. */
export const serverAddresses = {
  kafka: 'KAFKA_BROKERS',
  rabbitmq: 'RABBITMQ_URL',
  versitygw: 'S3_ENDPOINT',
  minio: 'S3_ENDPOINT',
  temporal: 'TEMPORAL_ADDRESS',
  postgresql: 'DATABASE_URL',
  'local-vision': 'VISION_ENDPOINT',
  identity: 'OIDC_ISSUER',
} as const satisfies Partial<Record<ServiceName, SettingName>>;

/** The secrets of ours that a process may ask for. */
export const secretSettings = [
  'INTERNAL_TOKEN',
  'RABBITMQ_URL',
  'REDIS_URL',
  'DATABASE_URL',
  ...storeKeySettings,
  'TICKET_KEY',
  'TICKET_KEY_PREVIOUS',
  'IDENTITY_SECRET',
] as const satisfies readonly SettingName[];
export type SecretSetting = (typeof secretSettings)[number];

/**
 * Every variable that a process reads: each setting, and where a secret may stand in a file. Removed from
 * what a child inherits, so that only the rows of the system decide.
 */
export const variableNames: readonly string[] = [
  ...Object.entries(settings).flatMap(([name, setting]) =>
    'secret' in setting ? [name, `${name}_FILE`] : [name],
  ),
  ...Object.keys(renamedSettings), // handed on, so that the process that reads it refuses it
];

/**
 * What the user has set counts in stack `dev` only: the tests' stack must never reach a server that
 * is not its own. HOST and PORT are left out: some shells set HOST.
 */
export function givenEnvironment(stack: Pick<Stack, 'name'>): Environment {
  if (stack.name !== 'dev') return {};
  const names = variableNames.filter((name) => name !== 'HOST' && name !== 'PORT');
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

/** Addresses of everything in the stack, as every process of ours gets them. */
export function sharedEnvironment(stack: Stack): Environment {
  const given = givenEnvironment(stack);
  const at = (name: keyof Stack['ports']) => `127.0.0.1:${stack.ports[name]}`;
  const googleVision = given['VISION_PROVIDER'] === 'google-cloud-vision';
  const vision = {
    VISION_ENDPOINT: at('local-vision'),
    VISION_PROVIDER: 'local-ocr',
    RECOGNITIONS_AT_ONCE: '4', // one is looked at, the others are fetched and decoded meanwhile
  };
  return {
    HOST: '127.0.0.1',
    KAFKA_BROKERS: at('kafka'),
    S3_ENDPOINT: `http://${at(storeInUse(stack))}`,
    TEMPORAL_ADDRESS: at('temporal'),
    OIDC_ISSUER: `http://${at('identity')}`,
    ...(googleVision || given['VISION_ENDPOINT'] ? {} : vision),
    ...Object.fromEntries(
      (Object.keys(processTable) as ProcessName[]).flatMap((name) => {
        const { addressSetting } = processTable[name];
        return addressSetting === undefined ? [] : [[addressSetting, `http://${at(name)}`]];
      }),
    ),
    ...withoutSecrets(given),
  };
}

export const rabbitmqUrl = (stack: Stack) =>
  `amqp://${stack.secrets.RABBITMQ_USER}:${stack.secrets.RABBITMQ_PASSWORD}@127.0.0.1:${stack.ports.rabbitmq}`;

/** The register's role, which may read and write rows. */
export const databaseUrl = (stack: Stack) =>
  `postgresql://register:${stack.secrets.DATABASE_PASSWORD}@127.0.0.1:${stack.ports.postgresql}/register`;

/** Who makes databases, roles and tables. @param database each server has `postgres`. */
export const databaseAdminUrl = (stack: Stack, database = 'postgres') =>
  `postgresql://postgres:${stack.secrets.DATABASE_ADMIN_PASSWORD}@127.0.0.1:${stack.ports.postgresql}/${database}`;

/** What the user gives wins, the value or `<NAME>_FILE`; keys of the stack's own are files. */
export function secretEnvironment(stack: Stack, names: readonly SecretSetting[]): Environment {
  const given = givenEnvironment(stack);
  const generated: Record<Exclude<SecretSetting, KeySetting>, string | undefined> = {
    INTERNAL_TOKEN: stack.secrets.INTERNAL_TOKEN,
    IDENTITY_SECRET: stack.secrets.IDENTITY_SECRET,
    RABBITMQ_URL: rabbitmqUrl(stack),
    DATABASE_URL: databaseUrl(stack),
    REDIS_URL: undefined, // no server of the stack: the user may have one
  };
  const entriesOf = (name: SecretSetting): readonly (readonly [string, string | undefined])[] => {
    const file = `${name}_FILE`;
    const variables = [name, file].filter((variable) => given[variable] !== undefined);
    if (variables.length > 0) return variables.map((variable) => [variable, given[variable]]);
    if (isKeySetting(name)) return [[file, keyFile(keysFolder(stack), name)]];
    return [[name, generated[name]]];
  };
  return Object.fromEntries(
    names
      .flatMap(entriesOf)
      .flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function withoutSecrets(given: Environment): Environment {
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => {
      if (name in renamedSettings) return true;
      const setting = settings[name as SettingName] as { secret?: boolean } | undefined;
      return setting !== undefined && !setting.secret; // no row of its own: the file of a secret
    }),
  );
}
