#!/usr/bin/env bash
# With curl and jq alone. Signs in by client credentials; the result comes over SSE.
set -euo pipefail

photo=$1
bytes=$(wc -c < "$photo")
checksum=sha256:$(sha256sum "$photo" | cut -d' ' -f1)

token=$(curl -fsS -u "$TRACKUNIT_CLIENT_ID:$TRACKUNIT_CLIENT_SECRET" \
  -d grant_type=client_credentials -d scope=analysis "$TRACKUNIT_ISSUER/token" | jq -r .access_token)

# GraphQL request in, its data out.
call() {
  curl -fsS "$TRACKUNIT_URL" -H "authorization: Bearer $token" -H 'content-type: application/json' -d @- |
    jq 'if .errors then .errors[0].message | halt_error else .data end'
}

started=$(jq -n --argjson bytes "$bytes" --arg checksum "$checksum" '{variables: {$bytes, $checksum}, query: "
  mutation ($bytes: Int, $checksum: String) {
    startUpload(filename: \"photo.jpg\", contentType: \"image/jpeg\", bytes: $bytes, checksum: $checksum) {
      correlationId imageUploadPayload { uploadId putUrl headers { name value } } } }"}' | call)
upload=$(jq .startUpload.imageUploadPayload <<< "$started")

jq -r '.headers[] | "\(.name): \(.value)"' <<< "$upload" |
  curl -fsS -T "$photo" -H @- "$(jq -r .putUrl <<< "$upload")" > /dev/null

jq -n --argjson bytes "$bytes" --arg checksum "$checksum" --argjson upload "$upload" '{
  variables: {$bytes, $checksum, uploadId: $upload.uploadId}, query: "
  mutation ($uploadId: String!, $bytes: Int!, $checksum: String!) {
    confirmUpload(uploadId: $uploadId, bytes: $bytes, checksum: $checksum) { status } }"}' | call > /dev/null

# Of one analysis: what is known of it, then what comes; the stream ends behind its result.
jq -n --argjson started "$started" '{variables: {id: $started.startUpload.correlationId}, query: "
  subscription ($id: ID) { analysisEvents(correlationId: $id) { event { __typename
    ... on AnalysisCompleted { failure { message } recognitionPayload { aggregate { name } } } } } }"}' |
  curl -fsSN "$TRACKUNIT_URL" -H "authorization: Bearer $token" -H 'content-type: application/json' \
    -H 'accept: text/event-stream' -d @- |
  sed -un 's/^data: *{/{/p' |
  jq -r --unbuffered '.data.analysisEvents.event | select(.__typename == "AnalysisCompleted")
    | .recognitionPayload.aggregate.name // .failure.message'
