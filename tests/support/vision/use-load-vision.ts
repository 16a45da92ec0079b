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

/** As beside Vision, which looks at many photos at once. The usual limits come back with a restart. */
export const limitRecognitions = (stack: StackControl, perSecond: number): Promise<void> =>
  stack.restart('recognition-worker', {
    RECOGNITIONS_PER_SECOND: String(perSecond),
    RECOGNITIONS_AT_ONCE: '100',
  });
