// GraphQL clients as their authors publish them, against the running gateway. Their packages are installed
// in tests/protocol/published-clients, by its own lockfile.
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
// @ts-expect-error plain JavaScript: it runs before any package, TypeScript's Node included
import { ensurePackages } from '../../infra/ensure-packages.js';
import { beginStory, deadline, readAll, samplePhoto } from '../support/harness/users.ts';

const cwd = fileURLToPath(new URL('published-clients', import.meta.url));

let correlationId: string;
/** Runs one of the programs, each of which asks for the same, and reads what it has seen. */
let ask: (program: string) => Promise<Record<string, unknown>>;

beforeAll(async () => {
  (ensurePackages as (folder: string) => void)(cwd);
  const story = await beginStory();
  const { client, token } = story.newUser();
  const events = await readAll(client.analyze(await samplePhoto(), { signal: deadline() }));
  correlationId = events.at(-1)?.correlationId ?? '';
  const url = `${story.stack.url('graph-gateway')}/graphql`;
  ask = async (program) => {
    const env = { URL: url, TOKEN: await token({ renew: false }), CORRELATION_ID: correlationId };
    const { stdout } = await execa('node', [program], { cwd, env, timeout: 60_000 });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
});

const oneAnalysis = () =>
  expect.objectContaining({
    edges: [
      expect.objectContaining({
        // Apollo asks for __typename everywhere
        node: expect.objectContaining({ correlationId, state: 'COMPLETED' }),
      }),
    ],
  });
const answered = () => ({
  list: oneAnalysis(),
  started: expect.objectContaining({
    imageUploadPayload: expect.objectContaining({ putUrl: expect.stringMatching(/^http/) }),
  }),
  refused: ['INVALID'],
});
const completed = () => expect.objectContaining({ correlationId, success: true });

test('@apollo/client is answered: plain, over SSE, and after its probe for a persisted query', async () => {
  expect(await ask('apollo-client.js')).toMatchObject({
    ...answered(),
    persistedByPost: oneAnalysis(),
    persistedByGet: oneAnalysis(),
    batch: expect.stringContaining('BATCHING_NOT_SUPPORTED'),
    completed: completed(),
  });
});

test('@urql/core is answered: plain, over SSE by its own fetch, and after its probe for a persisted query', async () => {
  expect(await ask('urql.js')).toMatchObject({
    ...answered(),
    persistedByGet: oneAnalysis(),
    completed: completed(),
  });
});

test('graphql-request is answered; a batch of it is refused by a code', async () => {
  expect(await ask('graphql-request.js')).toMatchObject({
    ...answered(),
    batch: ['BATCHING_NOT_SUPPORTED'],
  });
});

test('graphql-sse is answered on each operation; its single connection mode is refused at once', async () => {
  expect(await ask('graphql-sse.js')).toMatchObject({
    ...answered(),
    completed: completed(),
    singleConnection: expect.stringContaining('405'),
  });
});

test('relay-runtime is answered: a query, a mutation, and a subscription over graphql-sse', async () => {
  expect(await ask('relay.js')).toMatchObject({ ...answered(), completed: completed() });
});
