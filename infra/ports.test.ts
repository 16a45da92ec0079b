import { expect, test } from '@jest/globals';
import { processPorts, settings } from '../contracts/settings.ts';
import { portsOf } from './ports.ts';

test('no two listeners of both stacks share a port, so that dev and test run at once', () => {
  const all = [...Object.values(portsOf('dev')), ...Object.values(portsOf('test'))];
  expect(new Set(all).size).toBe(all.length);
  for (const port of all) expect(port).toBeLessThan(32_768); // below what Linux hands out by itself
});

test('the dev ports are the defaults that a process takes by itself', () => {
  const dev = portsOf('dev');
  expect({
    gateway: dev['graph-gateway'],
    ingestion: dev['tu-ingestion-service'],
    mediaAccess: dev['tu-media-access-service'],
    visionAdapter: dev['svc-ai-vision-adapter'],
    messagingBridge: dev['svc-messaging-bridge'],
    orchestrator: dev['svc-analysis-orchestrator'],
    recognitionWorker: dev['recognition-worker'],
    retentionWorker: dev['retention-worker'],
  }).toEqual(processPorts);
  expect(settings.KAFKA_BROKERS.schema.parse(undefined)).toEqual([`127.0.0.1:${dev.kafka}`]);
  expect(settings.TEMPORAL_ADDRESS.schema.parse(undefined)).toBe(`127.0.0.1:${dev.temporal}`);
  expect(settings.OIDC_ISSUER.schema.parse(undefined)).toBe(`http://127.0.0.1:${dev.identity}`);
});
