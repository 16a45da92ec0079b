import { execa } from 'execa';
import { nodeEnvironment } from '../../infra/native/rabbitmq.ts';
import type { StackControl } from '../../infra/supervisor/control-client.ts';

/** The node's own tool, with the node's own environment (a native node only). */
export async function rabbitmqctl({ stack }: StackControl, ...words: string[]): Promise<string> {
  const env = nodeEnvironment(stack);
  const { stdout } = await execa('/usr/lib/rabbitmq/bin/rabbitmqctl', words, {
    env,
    cwd: stack.folder,
  });
  return stdout;
}
