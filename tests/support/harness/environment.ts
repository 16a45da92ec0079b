// Where these tests find their servers (`npm test` says it) and how they reach into them.
import { randomUUID } from 'node:crypto';
import { connectStack } from '../../../infra/supervisor/control-client.ts';
import { createLogger, silentLogger } from '../../../platform/logger.ts';

export const kafkaBrokers = fromEnvironment('KAFKA_BROKERS').split(',');
export const rabbitUrl = fromEnvironment('RABBITMQ_URL');

/** Stops and starts real servers of stack `test`. */
export const testStack = () => connectStack('test');

/** A name that no other test has. */
export const ownName = (what: string) => `${what}-${randomUUID().slice(0, 8)}`;

/** `TEST_LOG=info` shows what the ports say. */
export const logger =
  process.env['TEST_LOG'] === undefined
    ? silentLogger()
    : createLogger('test', process.env['TEST_LOG']);

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing: run these tests with npm test`);
  return value;
}
