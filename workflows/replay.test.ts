import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';

interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { input: { payloads: { data: string }[] } };
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}
interface Recorded {
  events: RecordedEvent[];
}

const folder = new URL('histories/', import.meta.url);
const recorded = readdirSync(folder); // all of it: a file that cannot be replayed fails
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recorded;

// A refused history is logged as a warning; here it is what we ask for.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
});

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('index.ts', import.meta.url)),
    payloadConverterPath: fileURLToPath(new URL('payload-converter.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
});

const replay = (history: Recorded) =>
  Worker.runReplayHistory({ workflowBundle }, historyFromJSON(history), 'replayed');

describe('histories recorded on a real server (tools/record-histories.ts)', () => {
  test('has a recorded history for every path of the workflows', () => {
    const names = recorded.map((name) => name.replace('.json', ''));
    expect(names).toEqual(
      expect.arrayContaining([
        'success',
        'retry',
        'final-failure',
        'timeout',
        'cancel',
        'cancel-during-announcement',
        'signal-first',
        'signal-while-asking',
        'signal-of-another-run',
        'ignored-signal',
        'invalid-result-by-hand',
        'entry-adapter-signal',
        'entry-adapter-asks',
        'redo',
        'announce-end',
        'delete-analysis',
        'sweep-ends',
        'sweep-objects',
      ]),
    );
  });

  test.each(recorded)('replays the recorded history unchanged: %s', async (name) => {
    await expect(replay(read(name))).resolves.toBeUndefined();
  });
});

describe('replay', () => {
  test('refuses a history with another activity than the code schedules', async () => {
    const history = read('success.json');
    for (const { activityTaskScheduledEventAttributes: scheduled } of history.events)
      if (scheduled) scheduled.activityType.name = 'guessWhatItIs';
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });

  test('refuses a history that asked at once, where entry adapter waits first', async () => {
    const history = read('success.json');
    const payload = history.events[0]?.workflowExecutionStartedEventAttributes?.input.payloads[0];
    if (payload === undefined) throw new Error('the recorded run has no input');
    const input = JSON.parse(Buffer.from(payload.data, 'base64').toString()) as object;
    const other = JSON.stringify({ ...input, entry: 'adapter' });
    payload.data = Buffer.from(other).toString('base64');
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
