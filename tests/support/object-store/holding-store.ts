// A proxy of the real store that holds one request open, before the store has it or before its answer is passed on.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Step {
  readonly method: 'HEAD' | 'GET' | 'PUT' | 'DELETE';
  readonly key: string;
  /** `unanswered`: the store has done it, and the answer is held. */
  readonly held: 'unsent' | 'unanswered';
}

export interface HoldingStore {
  readonly url: string;
  /** Holds the next request of this kind. Resolves when it is held. */
  hold(step: Step): Promise<undefined>;
  close(): Promise<void>;
}

export async function openHoldingStore(endpoint: string, bucket: string): Promise<HoldingStore> {
  let armed: { step: Step; reached: () => void } | undefined;
  const isHeld = ({ method, url = '' }: IncomingMessage): boolean =>
    armed !== undefined &&
    armed.step.method === method &&
    new URL(url, endpoint).pathname === `/${bucket}/${armed.step.key}`;

  const server = createServer((incoming, answer) => {
    const held = isHeld(incoming) ? armed : undefined;
    if (held) armed = undefined;
    if (held?.step.held === 'unsent') {
      held.reached();
      return; // until the process that asked is gone
    }
    forward(incoming, answer, held?.reached);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold(step) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      armed = { step, reached: () => resolve(undefined) };
      return promise;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  /** The host that was signed goes along, so the signature holds. */
  function forward(incoming: IncomingMessage, answer: ServerResponse, instead?: () => void) {
    const { method, url, headers } = incoming;
    const { hostname, port } = new URL(endpoint);
    const sent = request({ hostname, port, method, path: url, headers }, (received) => {
      if (instead) {
        received.resume();
        received.on('end', instead);
        return;
      }
      answer.writeHead(received.statusCode ?? 502, received.headers);
      received.pipe(answer);
    });
    sent.on('error', () => answer.destroy());
    incoming.pipe(sent);
  }
}
