// graphql-sse: every operation as an event stream; its single connection mode asks for a reservation first.
import { createClient } from 'graphql-sse';
import * as documents from './documents.js';

const { url, headers, correlationId, answer, codesOf } = documents;
const client = createClient({ url, headers, retryAttempts: 0 });
const single = createClient({
  url: `${url}/stream`,
  headers,
  singleConnection: true,
  retryAttempts: 0,
});
const firstOf = async (of, query, variables) => {
  for await (const result of of.iterate({ query, variables })) return result;
};
const { data } = await firstOf(client, documents.list, { first: 5 });
answer({
  list: data.analyses,
  started: (await firstOf(client, documents.startUpload, { filename: 'a.jpg' })).data.startUpload,
  refused: codesOf((await firstOf(client, documents.refused)).errors),
  completed: (await firstOf(client, documents.completed, { correlationId })).data
    .onAnalysisCompleted,
  singleConnection: await firstOf(single, documents.list, { first: 5 }).then(
    () => 'works',
    ({ message }) => message,
  ),
});
client.dispose();
single.dispose();
