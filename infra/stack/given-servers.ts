// Servers whose address stands in the environment are used as they are: named, and tried before the start.
import { connect } from 'node:net';
import { once } from 'node:events';
import { UserError } from '../host/user-error.ts';
import { givenEnvironment, serverAddresses } from './environment.ts';
import type { Stack } from './stack.ts';

const answerWithinMs = 3_000;
const defaultPorts: Readonly<Record<string, number>> = {
  'amqp:': 5672,
  'amqps:': 5671,
  'postgresql:': 5432,
  'postgres:': 5432,
  'http:': 80,
  'https:': 443,
};

/**
 * @param log gets a line for each server that is not started here.
 * @throws {UserError} naming the variable of each server that cannot be reached.
 */
export async function assertGivenServers(
  stack: Pick<Stack, 'name'>,
  log: (line: string) => void,
): Promise<void> {
  const given = givenEnvironment(stack);
  const faults = await Promise.all(
    [...new Set(Object.values(serverAddresses))].map(async (variable) => {
      const value = given[variable];
      if (value === undefined) return [];
      const places = placesOf(value);
      const shown = places.map(({ host, port }) => `${host}:${port}`).join(', ');
      log(
        `${variable} is set: its server is used at ${shown || 'that address'}, none is started here`,
      );
      const reached = await Promise.allSettled(places.map(reach));
      if (places.length === 0 || reached.some(({ status }) => status === 'fulfilled')) return [];
      return [
        `${variable}: no server answers at ${shown}; start it, or unset ${variable} to run the stack's own.`,
      ];
    }),
  );
  if (faults.flat().length > 0) throw new UserError(faults.flat().join('\n'));
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Without what may be secret in it. What cannot be read is left to the process that refuses it. */
export function placesOf(value: string): Place[] {
  return value.split(',').flatMap((part) => {
    const text = part.trim();
    const address = text.includes('://') ? text : `tcp://${text}`;
    if (!URL.canParse(address)) return [];
    const { protocol, hostname, port } = new URL(address);
    const number = Number(port) || defaultPorts[protocol];
    if (number === undefined || hostname === '') return [];
    return [{ host: hostname.replace(/^\[|\]$/g, ''), port: number }];
  });
}

async function reach({ host, port }: Place): Promise<void> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(answerWithinMs) });
  } finally {
    socket.destroy();
  }
}
