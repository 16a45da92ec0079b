// A deletion that was written down goes to its end, whatever is away or killed: in the bucket, the database
// and Temporal nothing is left.
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { actorHeader, deletionSchema, deletionsPageSchema } from '../../contracts/acts.ts';
import { keyBeginningsOf } from '../../contracts/objects.ts';
import { ownerHeader } from '../../contracts/rest.ts';
import { analysisWorkflowId, announceEndWorkflowId } from '../../contracts/topology.ts';
import { ownerFrom } from '../../gateway/auth/verify-token.ts';
import { withConnection } from '../../infra/database/connection.ts';
import { databaseUrl } from '../../infra/stack/environment.ts';
import { storeInUse } from '../../infra/stack/store-in-use.ts';
import { connectObjectVersions } from '../../platform/object-store/object-versions.ts';
import { delay } from '../../platform/retry.ts';
import { eventually } from '../support/harness/eventually.ts';
import { region } from '../support/harness/store.ts';
import { askTemporal } from '../support/harness/temporal.ts';
import {
  beginStory,
  deadline,
  samplePhoto,
  type Story,
  type User,
} from '../support/harness/users.ts';

let story: Story;
let user: User;
beforeAll(async () => {
  story = await beginStory();
  user = story.newUser();
});
afterEach(async () => {
  for (const name of ['recognition-worker', 'svc-analysis-orchestrator'] as const)
    await story.stack.start(name);
  await story.stack.start(storeInUse(story.stack.stack));
});

const owner = async () => ownerFrom(decodeJwt(await user.token({ renew: false })), ['iss', 'sub']);

async function askRegister(path: string, method = 'GET'): Promise<unknown> {
  const { stack } = story;
  const answer = await fetch(stack.url('tu-register-service') + path, {
    method,
    headers: {
      authorization: `Bearer ${stack.stack.secrets.INTERNAL_TOKEN}`,
      [ownerHeader]: await owner(),
      [actorHeader]: `owner:${await owner()}`,
    },
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The tombstone alone: whoever wrote it was killed before the deletion began. */
const writeTombstone = async (correlationId: string) =>
  deletionSchema.parse(await askRegister(`/v1/analyses/${correlationId}`, 'DELETE'));

const isErased = async (correlationId: string) => {
  const page = deletionsPageSchema.parse(await askRegister('/v1/deletions?erased=true&first=1000'));
  return page.items.some((item) => item.correlationId === correlationId);
};

async function left(correlationId: string): Promise<string[]> {
  const { stack } = story.stack;
  const store = connectObjectVersions({
    endpoint: `http://127.0.0.1:${stack.ports[storeInUse(stack)]}`,
    region,
    bucket: 'trackunit-images',
    key: () => ({
      accessKey: stack.secrets.S3_ROOT_ACCESS_KEY,
      secretKey: stack.secrets.S3_ROOT_SECRET_KEY,
    }),
  });
  const found: string[] = [];
  for (const beginning of keyBeginningsOf(correlationId))
    found.push(...(await store.list(beginning)).versions.map(({ key }) => key));
  await store.close();
  await withConnection(databaseUrl(stack), async (client) => {
    for (const table of ['analyses', 'runs', 'words', 'corrections']) {
      const { rows } = await client.query(
        `select 1 from ${table} where correlation_id = '${correlationId}'`,
      );
      found.push(...rows.map(() => table));
    }
  });
  const id = analysisWorkflowId(correlationId);
  const query = `WorkflowId = '${id}' OR Owner = '${await owner()}' OR WorkflowId STARTS_WITH '${announceEndWorkflowId(correlationId, '')}'`;
  await askTemporal(story.stack, async (client) => {
    for await (const { workflowId } of client.list({ query })) found.push(workflowId);
    await client
      .getHandle(id)
      .describe()
      .then(({ workflowId }) => found.push(workflowId))
      .catch(() => undefined);
  });
  return found;
}

const registered = (correlationId: string) =>
  eventually(() => askRegister(`/v1/analyses/${correlationId}`), { within: 60_000 });

async function upload(): Promise<string> {
  const { correlationId } = await user.client.upload(await samplePhoto(), { signal: deadline() });
  return correlationId;
}

const gone = (correlationId: string) =>
  eventually(
    async () => {
      expect(await left(correlationId)).toEqual([]);
      expect(await isErased(correlationId)).toBe(true);
    },
    { within: 240_000 },
  );

test('erases an analysis under way, though the orchestrator is killed at once and again', async () => {
  const { stack } = story;
  await stack.stop('recognition-worker'); // it is asked for, and not answered
  const correlationId = await upload();
  await registered(correlationId);
  await eventually(async () => expect(await left(correlationId)).toContain('analyses'));
  await stack.kill('svc-analysis-orchestrator');
  await writeTombstone(correlationId);
  await stack.ready('svc-analysis-orchestrator');
  await eventually(async () => {
    const runs = await askTemporal(stack, (client) =>
      client.count(`WorkflowId = 'delete-${correlationId}'`),
    );
    expect(runs.count).toBe(1);
  });
  await stack.kill('svc-analysis-orchestrator');
  await gone(correlationId);
}, 400_000);

test('erases what had no run yet, and pays for nothing, though the store is away for half a minute', async () => {
  const { stack } = story;
  await stack.stop('svc-analysis-orchestrator');
  const correlationId = await upload();
  await eventually(async () => expect(await left(correlationId)).toContain('analyses'));
  await writeTombstone(correlationId);
  const store = storeInUse(stack.stack);
  await stack.stop(store);
  await stack.start('svc-analysis-orchestrator');
  await delay(30_000);
  await stack.start(store);
  await gone(correlationId);
}, 400_000);
