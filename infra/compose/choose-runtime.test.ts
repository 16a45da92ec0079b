import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chooseRuntime } from './choose-runtime.ts';
import { fakeDocker, type FakeDocker } from '../../tests/support/fake-docker.ts';

const variables = ['PATH', 'SERVERS', 'DOCKER_HOST'] as const;
const before = variables.map((name) => [name, process.env[name]] as const);
let docker: FakeDocker;

beforeEach(() => {
  docker = fakeDocker();
  process.env['PATH'] = docker.path;
  Reflect.deleteProperty(process.env, 'SERVERS');
  Reflect.deleteProperty(process.env, 'DOCKER_HOST');
});
afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
});

/** The runtime taken, and the one line that says why. */
async function choice(withinMs?: number) {
  const said: string[] = [];
  const runtime = await chooseRuntime((line) => said.push(line), withinMs);
  expect(said).toHaveLength(1);
  return [runtime, said[0]];
}

test('chooses an engine that answers, with Compose', async () => {
  expect(await choice()).toEqual([
    'compose',
    'Servers: containers (Docker 28.2.2, Compose v2.40.3; SERVERS=native runs native packages).',
  ]);
});

test('runs native packages on a machine without docker', async () => {
  process.env['PATH'] = mkdtempSync(join(tmpdir(), 'nothing '));
  expect(await choice()).toEqual([
    'native',
    'Servers: native packages, because no docker command is on the PATH.',
  ]);
});

test('runs native packages where no engine answers the docker command', async () => {
  docker.break('version', 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.');
  expect(await choice()).toEqual([
    'native',
    'Servers: native packages, because no Docker engine answers ' +
      '(Cannot connect to the Docker daemon at unix:///var/run/docker.sock).',
  ]);
});

test('runs native packages where the engine has no Compose', async () => {
  docker.break('compose version', 'docker: unknown command: docker compose');
  expect(await choice()).toEqual([
    'native',
    'Servers: native packages, because docker has no Compose (docker: unknown command: docker compose).',
  ]);
});

test('gives up on an engine that hangs', async () => {
  docker.break('version', 'hang');
  expect(await choice(1_000)).toEqual([
    'native',
    'Servers: native packages, because no Docker engine answers (no answer within 1 s).',
  ]);
});

test.each(['ssh://build@engine.internal', 'tcp://docker:2375'])(
  'takes no engine elsewhere (%s), which would publish its ports there',
  async (host) => {
    process.env['DOCKER_HOST'] = host;
    expect(await choice()).toEqual([
      'native',
      `Servers: native packages, because the Docker engine is on another machine (${host}).`,
    ]);
  },
);

test.each(['unix:///run/user/1000/docker.sock', 'tcp://127.0.0.1:2375', 'tcp://localhost:2375'])(
  'finds an engine of this machine where DOCKER_HOST says (%s)',
  async (host) => {
    process.env['DOCKER_HOST'] = host;
    expect((await choice())[0]).toBe('compose');
  },
);

test('asks no engine with SERVERS=native', async () => {
  process.env['SERVERS'] = 'native';
  expect(await choice()).toEqual(['native', 'Servers: native packages, as SERVERS says.']);
  expect(docker.calls()).toEqual([]);
});

test('refuses SERVERS=compose without an engine, with the remedy', async () => {
  process.env['SERVERS'] = 'compose';
  expect((await choice())[1]).toBe('Servers: containers (Docker 28.2.2, Compose v2.40.3).');
  docker.break('version', 'permission denied while trying to connect to the Docker daemon socket');
  await expect(choice()).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringMatching(/^SERVERS=compose .*\(permission denied .* unset SERVERS/),
  });
});

test('refuses an unknown SERVERS', async () => {
  process.env['SERVERS'] = 'podman';
  await expect(choice()).rejects.toThrow("invalid SERVERS 'podman': compose or native");
});
