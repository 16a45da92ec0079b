import { expect, test } from '@jest/globals';
import { settings } from '../../contracts/settings.ts';
import { portsOf } from './ports.ts';

test('no two listeners of both stacks share a port, so that dev and test run at once', () => {
  const all = [...Object.values(portsOf('dev')), ...Object.values(portsOf('test'))];
  expect(new Set(all).size).toBe(all.length);
  for (const port of all) expect(port).toBeLessThan(32_768); // below what Linux hands out by itself
});

test('the ports of servers in stack dev are the defaults that a process takes by itself', () => {
  const dev = portsOf('dev');
  expect(settings.KAFKA_BROKERS.schema.parse(undefined)).toEqual([`127.0.0.1:${dev.kafka}`]);
  expect(settings.TEMPORAL_ADDRESS.schema.parse(undefined)).toBe(`127.0.0.1:${dev.temporal}`);
  expect(settings.OIDC_ISSUER.schema.parse(undefined)).toBe(`http://127.0.0.1:${dev.identity}`);
});
