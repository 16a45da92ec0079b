// Without the SDK: fetch for calls, graphql-sse for the events. The token comes from TRACKUNIT_TOKEN.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createClient } from 'graphql-sse';

const { TRACKUNIT_URL: url, TRACKUNIT_TOKEN: token } = process.env;
const headers = { authorization: `Bearer ${token}` };

async function call(query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${errors[0].extensions?.code}: ${errors[0].message}`);
  return data;
}

const photo = await readFile(process.argv[2]);
const bytes = photo.length;
const checksum = `sha256:${createHash('sha256').update(photo).digest('hex')}`;
const { startUpload } = await call(
  `mutation ($bytes: Int, $checksum: String) {
    startUpload(filename: "photo.jpg", contentType: "image/jpeg", bytes: $bytes, checksum: $checksum) {
      correlationId imageUploadPayload { uploadId putUrl headers { name value } } } }`,
  { bytes, checksum },
);
const { uploadId, putUrl, headers: signed } = startUpload.imageUploadPayload;
const put = await fetch(putUrl, {
  method: 'PUT',
  headers: signed
    .filter(({ name }) => name !== 'content-length')
    .map(({ name, value }) => [name, value]),
  body: photo,
});
if (!put.ok && put.status !== 412) throw new Error(`the store answered ${put.status}`);
await call(
  `mutation ($uploadId: String!, $bytes: Int!, $checksum: String!) {
    confirmUpload(uploadId: $uploadId, bytes: $bytes, checksum: $checksum) { status } }`,
  { uploadId, bytes, checksum },
);

const variables = { correlationId: startUpload.correlationId };
const events = createClient({ url, headers, retryAttempts: Infinity });
const results = events.iterate({
  query: `subscription ($correlationId: ID, $after: ID) {
    analysisEvents(correlationId: $correlationId, after: $after) {
      cursor
      event {
        __typename
        ... on AnalysisCompleted { failure { code message } recognitionPayload { aggregate { name } } }
      } } }`,
  variables,
});
for await (const { data, errors } of results) {
  if (errors) throw new Error(errors[0].message);
  const { cursor, event } = data.analysisEvents;
  variables.after = cursor; // where the connection breaks, the next one goes on behind it
  if (event.__typename !== 'AnalysisCompleted') console.error(event.__typename);
  else console.log(event.recognitionPayload?.aggregate.name ?? event.failure.message);
}
events.dispose();
