import type { StackControl } from '../../../infra/supervisor/control-client.ts';

/** From here on the adapter asks load-vision, until {@link askLocalVision}. */
export async function askLoadVision(stack: StackControl): Promise<void> {
  await stack.start('load-vision');
  await stack.restart('svc-ai-vision-adapter', {
    VISION_ENDPOINT: stack.url('load-vision'),
    VISION_PROVIDER: 'load-test',
  });
}

export async function askLocalVision(stack: StackControl): Promise<void> {
  await stack.restart('svc-ai-vision-adapter', {});
  await stack.stop('load-vision');
}
