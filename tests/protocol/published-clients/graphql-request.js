// graphql-request: a request and its answer; batches as an array.
import { GraphQLClient } from 'graphql-request';
import * as documents from './documents.js';

const { url, headers, answer, codesOf } = documents;
const client = new GraphQLClient(url, { headers });
const failureOf = (promise) =>
  promise.then(
    () => 'no failure',
    ({ response }) => codesOf([response.errors ?? []].flat()),
  );

const document = documents.list;
answer({
  list: (await client.request(document, { first: 5 })).analyses,
  started: (await client.request(documents.startUpload, { filename: 'a.jpg' })).startUpload,
  refused: await failureOf(client.request(documents.refused)),
  batch: await failureOf(
    client.batchRequests([
      { document, variables: { first: 1 } },
      { document, variables: { first: 2 } },
    ]),
  ),
});
