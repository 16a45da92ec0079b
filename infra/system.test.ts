import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { processTable, type ProcessName } from '../contracts/processes.ts';
import { renamedSettings, settings } from '../contracts/settings.ts';
import type { Setting } from '../platform/config.ts';
import { keysFolder } from './keys/key-settings.ts';
import { readGenerations } from './keys/generations.ts';
import { processEnvironment } from './native/own-process.ts';
import { portsOf } from './stack/ports.ts';
import { cloneFolder, openStack, type Stack } from './stack/stack.ts';
import { rememberStore } from './stack/store-in-use.ts';
import { isOnDemand, ownProcesses, processesOf, serversOf, system } from './system.ts';

const table: Readonly<Record<string, Setting | undefined>> = settings;

/** The setting that a variable `<NAME>_FILE` stands for. */
const secretOf = (variable: string) => variable.replace(/_FILE$/, '');

const environmentOf = (name: ProcessName, stack: Stack) =>
  processEnvironment(name, ownProcesses[name], stack);

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'stack with blanks '));
const set = new Set<string>();
const give = (name: keyof typeof settings, value: string) => {
  process.env[name] = value;
  set.add(name);
};
afterEach(() => {
  for (const name of set) Reflect.deleteProperty(process.env, name);
  set.clear();
});

test('every need is a service of the system, and no chain of needs is a cycle', () => {
  const needsOf = new Map(system.map((service) => [service.name, service.needs]));
  const visit = (name: string, path: readonly string[]): void => {
    expect(path).not.toContain(name);
    const needs = needsOf.get(name as never);
    expect([name, needs]).toEqual([name, expect.anything()]);
    for (const need of needs ?? []) visit(need, [...path, name]);
  };
  for (const { name } of system) visit(name, []);
});

test('every port of the table belongs to one service, or to the launcher', () => {
  const used = system.flatMap((service) => service.ports);
  expect(new Set(used).size).toBe(used.length);
  expect([...used, 'control'].sort()).toEqual(Object.keys(portsOf('dev')).sort());
});

test('every process is a folder with a main.ts', () => {
  for (const { folder } of Object.values(processTable))
    expect([folder, existsSync(join(cloneFolder, folder, 'main.ts'))]).toEqual([folder, true]);
});

test('the environment of every process fits the table of settings', () => {
  const stack = openStack('test', emptyFolder());
  for (const name of Object.keys(ownProcesses) as ProcessName[])
    for (const [variable, value] of Object.entries(environmentOf(name, stack))) {
      if (variable.startsWith('NODE_')) continue; // Node's own
      const file = table[variable] === undefined && table[secretOf(variable)]?.secret;
      const setting = table[file ? secretOf(variable) : variable];
      const read = file ? readFileSync(value, 'utf8').trim() : value;
      expect([name, variable, setting?.schema.safeParse(read).success]).toEqual([
        name,
        variable,
        true,
      ]);
    }
});

test('a process gets the secrets of its row and no others', () => {
  const stack = openStack('test', emptyFolder());
  for (const name of Object.keys(ownProcesses) as ProcessName[]) {
    const variables = Object.keys(environmentOf(name, stack)).map(secretOf);
    const secrets = variables.filter((variable) => table[variable]?.secret);
    expect(ownProcesses[name].secrets).toEqual(expect.arrayContaining(secrets));
  }
});

test('no process gets the root key of the store, nor the value of any key of it', () => {
  const stack = openStack('test', emptyFolder());
  const { S3_ROOT_ACCESS_KEY, S3_ROOT_SECRET_KEY } = stack.secrets;
  const keys = readGenerations(keysFolder(stack)).flatMap((generation) =>
    Object.values(generation.keys),
  );
  for (const name of Object.keys(ownProcesses) as ProcessName[]) {
    const values = Object.values(environmentOf(name, stack)).join('\n');
    for (const secret of [S3_ROOT_ACCESS_KEY, S3_ROOT_SECRET_KEY, ...keys])
      expect([name, values.includes(secret)]).toEqual([name, false]);
  }
});

test('a server whose address is given is not run, and its address is passed to the processes', () => {
  give('KAFKA_BROKERS', 'kafka.internal:9092');
  give('RABBITMQ_URL', 'amqp://user:a-password@rabbit.internal:5672');
  give('DATABASE_URL', 'postgresql://register:a-password@db.internal/register');
  give('OIDC_ISSUER', 'https://login.example/tenant');
  const stack = openStack('dev', emptyFolder());
  expect(serversOf(stack, 'native').map(({ name }) => name)).toEqual(['versitygw', 'temporal']);
  expect(environmentOf('tu-register-service', stack)).toMatchObject({
    DATABASE_URL: 'postgresql://register:a-password@db.internal/register',
  });
  expect(processesOf(stack).map(({ name }) => name)).not.toContain('identity');

  expect(environmentOf('svc-messaging-bridge', stack)).toMatchObject({
    KAFKA_BROKERS: 'kafka.internal:9092',
    RABBITMQ_URL: 'amqp://user:a-password@rabbit.internal:5672',
    OIDC_ISSUER: 'https://login.example/tenant',
  });
});

test('VISION_PROVIDER=google-cloud-vision asks Google instead of local-vision', () => {
  give('VISION_PROVIDER', 'google-cloud-vision');
  const stack = openStack('dev', emptyFolder());
  expect(processesOf(stack).map(({ name }) => name)).not.toContain('local-vision');
  const environment = environmentOf('svc-ai-vision-adapter', stack);
  expect(environment['VISION_PROVIDER']).toBe('google-cloud-vision');
  expect(environment).not.toHaveProperty('VISION_ENDPOINT');
});

test("the tests' stack never reaches a server that is given in the environment", () => {
  give('KAFKA_BROKERS', 'production.internal:9092');
  give('ANALYSIS_ENTRY', 'adapter');
  const stack = openStack('test', emptyFolder());
  expect(serversOf(stack, 'native').map(({ name }) => name)).toContain('kafka');
  const environment = environmentOf('tu-ingestion-service', stack);
  expect(environment['KAFKA_BROKERS']).toBe('127.0.0.1:12092');
  expect(environment).not.toHaveProperty('ANALYSIS_ENTRY');
});

test('passes a setting under its former name to the processes, which refuse it', () => {
  const [former = ''] = Object.keys(renamedSettings);
  process.env[former] = '2h';
  set.add(former);
  const gatewayOf = (stack: 'dev' | 'test') =>
    environmentOf('graph-gateway', openStack(stack, emptyFolder()));
  expect(gatewayOf('dev')[former]).toBe('2h');
  expect(gatewayOf('test')).not.toHaveProperty(former);
});

test('HOST of the shell does not reach the processes', () => {
  give('HOST', 'laptop');
  const stack = openStack('dev', emptyFolder());
  expect(environmentOf('graph-gateway', stack)['HOST']).toBe('127.0.0.1');
});

test('a stack runs the object store in use, and what needs a store needs that one', () => {
  const stack = openStack('dev', emptyFolder());
  const found = () => ({
    stores: serversOf(stack, 'native').flatMap(({ name }) =>
      name === 'minio' || name === 'versitygw' ? [name] : [],
    ),
    needs: processesOf(stack).find(({ name }) => name === 'tu-media-access-service')?.needs,
    endpoint: environmentOf('tu-media-access-service', stack)['S3_ENDPOINT'],
  });
  const [ours, minio] = ['versitygw', 'minio'];
  expect(found()).toEqual({ stores: [ours], needs: [ours], endpoint: 'http://127.0.0.1:7070' });
  rememberStore(stack, 'native', 'minio');
  expect(found()).toEqual({ stores: [minio], needs: [minio], endpoint: 'http://127.0.0.1:9000' });
});

test("the tests' stack runs the other object store on demand", () => {
  const stack = openStack('test', emptyFolder());
  const servers = serversOf(stack, 'native').map(({ name }) => name);
  expect(servers.filter((name) => isOnDemand(name, stack))).toEqual(['minio']);
});

test('settings of an object store elsewhere win, as a value or as a file', () => {
  give('S3_ENDPOINT', 'https://store.internal');
  give('S3_MEDIA_ACCESS_KEY', 'an-access-key');
  set.add('S3_MEDIA_SECRET_KEY_FILE');
  process.env['S3_MEDIA_SECRET_KEY_FILE'] = '/run/secrets/media';
  const stack = openStack('dev', emptyFolder());
  const servers = serversOf(stack, 'native').map(({ name }) => name);
  expect(servers).toEqual(['kafka', 'epmd', 'rabbitmq', 'temporal', 'postgresql']);
  const environment = environmentOf('tu-media-access-service', stack);
  expect(environment).toMatchObject({
    S3_ENDPOINT: 'https://store.internal',
    S3_MEDIA_ACCESS_KEY: 'an-access-key',
    S3_MEDIA_SECRET_KEY_FILE: '/run/secrets/media',
  });
  expect(Object.keys(environment)).not.toContain('S3_MEDIA_ACCESS_KEY_FILE');
  const others = Object.keys(environmentOf('graph-gateway', stack));
  expect(others.filter((name) => name.startsWith('S3_MEDIA'))).toEqual([]);
});

test('local-vision of stack dev takes the faults that the user orders, that of the tests always has them', () => {
  const vision = (stack: Stack) => environmentOf('local-vision', stack)['LOCAL_VISION_FAULTS'];
  const [dev, tests] = [openStack('dev', emptyFolder()), openStack('test', emptyFolder())];
  expect([vision(dev), vision(tests)]).toEqual(['false', 'true']);
  give('LOCAL_VISION_FAULTS', 'true');
  expect(vision(dev)).toBe('true');
  give('LOCAL_VISION_FAULTS', 'false');
  expect(vision(tests)).toBe('true');
});
