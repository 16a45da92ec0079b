import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chooseWay } from './choose-way.ts';
import { dockerForTests, type DockerForTests } from '../../tests/support/docker/docker.ts';

const variables = ['PATH', 'SERVERS', 'DOCKER_HOST'] as const;
const before = variables.map((name) => [name, process.env[name]] as const);
let docker: DockerForTests;

beforeEach(() => {
  docker = dockerForTests();
  process.env['PATH'] = docker.path;
  Reflect.deleteProperty(process.env, 'SERVERS');
  Reflect.deleteProperty(process.env, 'DOCKER_HOST');
});
afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
});

/** The way taken, and the one line that says why. */
async function choice(withinMs?: number) {
  const said: string[] = [];
  const way = await chooseWay((line) => said.push(line), withinMs);
  expect(said).toHaveLength(1);
  return [way, said[0]];
}

test('an engine that answers, with Compose, is taken', async () => {
  expect(await choice()).toEqual([
    'compose',
    'Servers: containers (Docker 28.2.2, Compose v2.40.3; SERVERS=native does without).',
  ]);
});

test('a machine without docker runs native packages', async () => {
  process.env['PATH'] = mkdtempSync(join(tmpdir(), 'nothing '));
  expect(await choice()).toEqual([
    'native',
    'Servers: native packages, because there is no docker command.',
  ]);
});

test('a docker command without an engine is not taken for one', async () => {
  docker.break('version', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.');
  expect(await choice()).toEqual([
    'native',
    'Servers: native packages, because no Docker engine answers ' +
      '(Cannot connect to the Docker daemon at unix:///var/run/docker.sock).',
  ]);
});

test('an engine without Compose is not enough', async () => {
  docker.break('compose version', 'docker: unknown command: docker compose');
  expect(await choice()).toEqual([
    'native',
    'Servers: native packages, because docker has no Compose (docker: unknown command: docker compose).',
  ]);
});

test('an engine that hangs is given up, not waited for', async () => {
  docker.break('version', 'hang');
  expect(await choice(1_000)).toEqual([
    'native',
    'Servers: native packages, because no Docker engine answers (no answer within 1 s).',
  ]);
});

test.each(['ssh://build@engine.internal', 'tcp://docker:2375'])(
  'an engine elsewhere (%s) would publish its ports elsewhere',
  async (host) => {
    process.env['DOCKER_HOST'] = host;
    expect(await choice()).toEqual([
      'native',
      `Servers: native packages, because the Docker engine is on another machine (${host}).`,
    ]);
  },
);

test.each(['unix:///run/user/1000/docker.sock', 'tcp://127.0.0.1:2375', 'tcp://localhost:2375'])(
  'an engine of this machine is found where DOCKER_HOST says (%s)',
  async (host) => {
    process.env['DOCKER_HOST'] = host;
    expect((await choice())[0]).toBe('compose');
  },
);

test('SERVERS=native asks no engine', async () => {
  process.env['SERVERS'] = 'native';
  expect(await choice()).toEqual(['native', 'Servers: native packages, as SERVERS says.']);
  expect(docker.calls()).toEqual([]);
});

test('SERVERS=compose without an engine is an error with its remedy, not another way', async () => {
  process.env['SERVERS'] = 'compose';
  expect((await choice())[1]).toBe('Servers: containers (Docker 28.2.2, Compose v2.40.3).');
  docker.break('version', 'permission denied while trying to connect to the Docker daemon socket');
  await expect(choice()).rejects.toMatchObject({
    code: 'CANNOT_DO',
    message: expect.stringMatching(/^SERVERS=compose .*\(permission denied .* unset SERVERS/),
  });
});

test('a SERVERS that is neither is refused', async () => {
  process.env['SERVERS'] = 'podman';
  await expect(choice()).rejects.toThrow('SERVERS=podman is unknown: compose, native');
});
