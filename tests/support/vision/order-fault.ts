import type { StackControl } from '../../../infra/supervisor/control-client.ts';

type Vision = 'local-vision' | 'load-vision';

/** Orders a failure of that Vision (infra/emulators/vision/fault-table.ts has the kinds). */
export function orderFault(stack: StackControl, vision: Vision, order: object): Promise<void> {
  return ask(stack, vision, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
}

export function forgetFaults(stack: StackControl, vision: Vision): Promise<void> {
  return ask(stack, vision, { method: 'DELETE' });
}

async function ask({ stack }: StackControl, vision: Vision, init: RequestInit): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${stack.ports[`${vision}-health`]}/faults`, init);
  if (!answer.ok) throw new Error(`${vision} refuses the order: ${await answer.text()}`);
}
