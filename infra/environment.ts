// What the processes of a stack find in their environment: addresses for all, secrets per row.
import { settings, type SettingName } from '../contracts/settings.ts';
import type { PartName } from './part.ts';
import { rabbitmqUrl } from './servers/rabbitmq.ts';
import type { Stack } from './stack.ts';

export type Environment = Readonly<Record<string, string>>;

/** The variable that says: this server is run elsewhere, use it as it is. */
export const serverAddresses = {
  kafka: 'KAFKA_BROKERS',
  rabbitmq: 'RABBITMQ_URL',
  minio: 'S3_ENDPOINT',
  temporal: 'TEMPORAL_ADDRESS',
  'local-vision': 'VISION_ENDPOINT',
  identity: 'OIDC_ISSUER',
} as const satisfies Partial<Record<PartName, SettingName>>;

/** The secrets of ours that a process may ask for. */
export const secretSettings = [
  'INTERNAL_TOKEN',
  'RABBITMQ_URL',
  'REDIS_URL',
  'S3_ACCESS_KEY',
  'S3_SECRET_KEY',
  'TICKET_KEY',
  'TICKET_KEY_PREVIOUS',
  'IDENTITY_SECRET',
] as const;
export type SecretSetting = (typeof secretSettings)[number];

/**
 * What the user has set counts in stack `dev` only: the tests' stack must never reach a server that
 * is not its own. HOST and PORT are no wish of the user: some shells set HOST.
 */
export function givenEnvironment(
  stack: Pick<Stack, 'name'>,
  environment = process.env,
): Environment {
  if (stack.name !== 'dev') return {};
  const names = (Object.keys(settings) as SettingName[]).filter(
    (name) => name !== 'HOST' && name !== 'PORT',
  );
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
}

/** Removed from what a child inherits, so that only {@link processEnvironment} decides. */
export const ownVariables: readonly string[] = Object.keys(settings);

/** Addresses of everything in the stack, as every process of ours gets them. */
export function sharedEnvironment(stack: Stack, given: Environment): Environment {
  const at = (name: keyof Stack['ports']) => `127.0.0.1:${stack.ports[name]}`;
  const googleVision = given['VISION_PROVIDER'] === 'google-cloud-vision';
  const vision = { VISION_ENDPOINT: at('local-vision'), VISION_PROVIDER: 'local-ocr' };
  return {
    HOST: '127.0.0.1',
    KAFKA_BROKERS: at('kafka'),
    S3_ENDPOINT: `http://${at('minio')}`,
    TEMPORAL_ADDRESS: at('temporal'),
    OIDC_ISSUER: `http://${at('identity')}`,
    ...(googleVision || given['VISION_ENDPOINT'] ? {} : vision),
    INGESTION_URL: `http://${at('tu-ingestion-service')}`,
    MEDIA_ACCESS_URL: `http://${at('tu-media-access-service')}`,
    VISION_ADAPTER_URL: `http://${at('svc-ai-vision-adapter')}`,
    ORCHESTRATOR_URL: `http://${at('svc-analysis-orchestrator')}`,
    ...withoutSecrets(given),
  };
}

export function secretEnvironment(
  stack: Stack,
  given: Environment,
  names: readonly SecretSetting[],
): Environment {
  const generated: Record<SecretSetting, string | undefined> = {
    INTERNAL_TOKEN: stack.secrets.INTERNAL_TOKEN,
    TICKET_KEY_PREVIOUS: undefined, // there is one only after a change of keys
    TICKET_KEY: stack.secrets.TICKET_KEY,
    IDENTITY_SECRET: stack.secrets.IDENTITY_SECRET,
    S3_ACCESS_KEY: stack.secrets.S3_ACCESS_KEY,
    S3_SECRET_KEY: stack.secrets.S3_SECRET_KEY,
    RABBITMQ_URL: rabbitmqUrl(stack),
    REDIS_URL: undefined, // no server of the stack: the user may have one
  };
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given[name] ?? generated[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function withoutSecrets(given: Environment): Environment {
  const open = Object.entries(given).filter(
    ([name]) => !('secret' in settings[name as SettingName]),
  );
  return Object.fromEntries(open);
}
