// Somebody sets the bridge's offsets back after Temporal has forgotten the runs: nothing is paid twice.
import { expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { analysisWorkflowId, exchanges, topics } from '../../contracts/topology.ts';
import { eventually } from '../support/harness/eventually.ts';
import { askTemporal, readRuns } from '../support/harness/temporal.ts';
import { beginStory, endOf, samplePhoto } from '../support/harness/users.ts';
import { readRecord, writeRecord } from '../support/messaging/kafka.ts';
import { recordExchanges } from '../support/messaging/rabbitmq.ts';

const threeHoursMs = 3 * 60 * 60_000;

test('answers an old upload event whose run was deleted with the recognition paid for before', async () => {
  const story = await beginStory();
  const recognitions = await recordExchanges([exchanges.recognitionCompleted]);
  const { client } = story.newUser();
  const { correlationId, objectKey } = await client.upload(await samplePhoto());
  const first = await endOf(client, correlationId);
  await askTemporal(story.stack, async (workflow) => {
    const handle = workflow.getHandle(analysisWorkflowId(correlationId));
    await workflow.workflowService.deleteWorkflowExecution({
      namespace: workflow.options.namespace,
      workflowExecution: { workflowId: handle.workflowId },
    });
    // The server takes half a minute to delete a closed run.
    await eventually(() => expect(handle.describe()).rejects.toThrow(WorkflowNotFoundError), {
      within: 90_000,
    });
  });

  const record = await readRecord(topics.imageUploaded, objectKey);
  const ce_time = new Date(Date.now() - threeHoursMs).toISOString();
  await writeRecord(topics.imageUploaded, { ...record, headers: { ...record.headers, ce_time } });
  const again = await eventually(async () => {
    const analysis = await client.analysis(correlationId);
    expect(analysis).toMatchObject({ state: 'COMPLETED' });
    return analysis;
  });
  expect(again).toMatchObject({ success: true });
  expect(first).toMatchObject({ success: true });
  // The register answers for the deleted run until the new one has begun.
  await eventually(async () =>
    expect(await readRuns(story.stack, correlationId)).toMatchObject({
      ...{ runs: 1, askedVision: true },
    }),
  );
  expect(recognitions.about(correlationId)).toHaveLength(1);
  await recognitions.stop();
});
