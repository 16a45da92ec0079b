// Every way in which Vision fails a photo, ordered of local-vision: the end that the client receives,
// and how many calls it cost.
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { sumMetric } from '../support/harness/metrics.ts';
import { readRuns } from '../support/harness/temporal.ts';
import { beginStory, deadline, endOf, samplePhoto, type Story } from '../support/harness/users.ts';
import { forgetFaults, orderFault } from '../support/vision/order-fault.ts';

interface VisionFault {
  readonly what: string;
  readonly order: object;
  readonly calls: number;
  readonly end: object;
}

const recognised = { success: true, recognition: { aggregate: { model: '320D' } } };
const refused = { success: false, failure: { code: 'VISION_REFUSED' } };

const visionFaults: readonly VisionFault[] = [
  {
    what: 'a service that is unavailable twice',
    order: { failNext: 'UNAVAILABLE', count: 2 },
    calls: 3,
    end: recognised,
  },
  {
    what: 'an exhausted quota',
    order: { failNext: 'RESOURCE_EXHAUSTED' },
    calls: 2,
    end: recognised,
  },
  { what: 'a call that hangs', order: { hangNext: true }, calls: 2, end: recognised },
  { what: 'a call cut in the middle', order: { cutNext: true }, calls: 2, end: recognised },
  { what: 'permission denied', order: { failNext: 'PERMISSION_DENIED' }, calls: 1, end: refused },
  {
    what: 'an empty answer',
    order: { emptyNext: true },
    calls: 1,
    end: { success: true, recognition: { status: 'unidentified' } },
  },
];

let story: Story;
beforeAll(async () => {
  story = await beginStory();
});
afterEach(() => forgetFaults(story.stack, 'local-vision'));

/** Calls to Vision so far, as the adapter counts them. */
const countCalls = () => sumMetric(story.stack.url('svc-ai-vision-adapter'), 'vision_calls_total');

test.each(visionFaults)(
  'makes $calls Vision calls for $what, one an attempt, and announces the end',
  async (fault) => {
    const { client } = story.newUser();
    const before = await countCalls();
    await orderFault(story.stack, 'local-vision', fault.order);
    const { correlationId } = await client.upload(await samplePhoto(), { signal: deadline() });
    expect(await endOf(client, correlationId)).toMatchObject(fault.end);
    expect((await countCalls()) - before).toBe(fault.calls);
    expect(await readRuns(story.stack, correlationId)).toMatchObject({ attempts: fault.calls });
  },
);
