import { globSync, readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { Hono } from 'hono';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { processes } from '../../contracts/processes.ts';
import { createHealth } from '../../platform/http/health.ts';
import { createApp as ingestion } from '../../services/ingestion/app.ts';
import { createApp as mediaAccess } from '../../services/media-access/app.ts';
import { createApp as register } from '../../services/register/app.ts';
import { createApp as visionAdapter } from '../../services/vision-adapter/app.ts';
import { createApp as orchestrator } from '../../workers/orchestrator/app.ts';
import { describeRest, documentedServices } from './openapi.ts';

const deps = { health: createHealth(), internalToken: 'unused' };
const stub: object = new Proxy(deps, {
  get: (of, name): unknown => Reflect.get(of, name) ?? stub,
});

/** Only its routes are read: nothing is called. */
const routesOf = (createApp: (deps: never) => Hono) =>
  createApp(stub as never)
    .routes.filter(({ method }) => method !== 'ALL') // middleware
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);

const apps = {
  'tu-ingestion-service': () => routesOf(ingestion),
  'tu-media-access-service': () => routesOf(mediaAccess),
  'svc-ai-vision-adapter': () => routesOf(visionAdapter),
  'svc-analysis-orchestrator': () => routesOf(orchestrator),
  'tu-register-service': () => routesOf(register),
};

const fileOf = (service: string) =>
  new URL(`../../contracts/openapi/${service}.yaml`, import.meta.url);

test.each(documentedServices)('describes every route of %s, and no other', (service) => {
  const { paths } = describeRest(service) as { paths: Record<string, object> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual([...new Set(apps[service]())].sort());
});

test('describes every service that has an app', () => {
  const folders = globSync('{services,workers}/*/app.ts', {
    cwd: new URL('../..', import.meta.url),
  }).map((file) => file.replace('/app.ts', ''));
  const described: string[] = documentedServices.map((service) => processes[service].folder);
  expect(described.sort()).toEqual(folders.sort());
});

test.each(documentedServices)(
  'finds the document of %s as npm run codegen writes it',
  (service) => {
    const committed: unknown = parse(readFileSync(fileOf(service), 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(describeRest(service))));
  },
);

test.each(documentedServices)('finds the document of %s valid OpenAPI 3.1', async (service) => {
  const problems = await lintFromString({
    source: readFileSync(fileOf(service), 'utf8'),
    absoluteRef: fileOf(service).pathname,
    config: await createConfig({ extends: ['minimal'], rules: { struct: 'error' } }),
  });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});
