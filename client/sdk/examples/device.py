"""Python, its standard library alone. A person signs it in by device code (RFC 8628)."""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ["TRACKUNIT_URL"]
ISSUER = os.environ["TRACKUNIT_ISSUER"]
CLIENT = os.environ.get("TRACKUNIT_CLIENT_ID", "trackunit-cli")


def send(url, body, **headers):
    request = urllib.request.Request(url, body, {k.replace("_", "-"): v for k, v in headers.items()})
    return urllib.request.urlopen(request, timeout=60)


def post_form(url, **fields):
    """The answer as JSON, also that of a refusal (400)."""
    try:
        with send(url, urllib.parse.urlencode(fields).encode()) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        if refusal.code != 400:
            raise
        return json.load(refusal)


def sign_in():
    with urllib.request.urlopen(f"{ISSUER}/.well-known/openid-configuration", timeout=60) as answer:
        server = json.load(answer)
    device = post_form(server["device_authorization_endpoint"], client_id=CLIENT, scope="openid analysis")
    print(f"Open {device['verification_uri_complete']} and compare the code", file=sys.stderr, flush=True)
    interval = device.get("interval", 5)
    while True:
        time.sleep(interval)
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        answer = post_form(
            server["token_endpoint"], grant_type=grant, client_id=CLIENT, device_code=device["device_code"]
        )
        if "access_token" in answer:
            return answer["access_token"]
        if answer["error"] == "slow_down":
            interval += 5
        elif answer["error"] != "authorization_pending":
            raise SystemExit(f"not signed in: {answer['error']}")


def call(token, query, **variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    with send(URL, body, authorization=f"Bearer {token}", content_type="application/json") as answer:
        result = json.load(answer)
    if "errors" in result:
        raise SystemExit(result["errors"][0]["message"])
    return result["data"]


def upload(token, photo):
    declared = {"bytes": len(photo), "checksum": "sha256:" + hashlib.sha256(photo).hexdigest()}
    opened = call(
        token,
        """mutation ($bytes: Int, $checksum: String) {
          startUpload(filename: "photo.jpg", contentType: "image/jpeg", bytes: $bytes, checksum: $checksum) {
            correlationId imageUploadPayload { uploadId putUrl headers { name value } } } }""",
        **declared,
    )["startUpload"]
    place = opened["imageUploadPayload"]
    headers = {header["name"]: header["value"] for header in place["headers"]}
    request = urllib.request.Request(place["putUrl"], photo, headers, method="PUT")
    urllib.request.urlopen(request, timeout=60).close()
    call(
        token,
        """mutation ($uploadId: String!, $bytes: Int!, $checksum: String!) {
          confirmUpload(uploadId: $uploadId, bytes: $bytes, checksum: $checksum) { status } }""",
        uploadId=place["uploadId"],
        **declared,
    )
    return opened["correlationId"]


def events(token, correlation_id):
    """What is known of one analysis, then what comes; ends behind its result."""
    query = """subscription ($id: ID) { analysisEvents(correlationId: $id) { event { __typename
      ... on AnalysisCompleted { failure { message } recognitionPayload { aggregate { name } } } } } }"""
    body = json.dumps({"query": query, "variables": {"id": correlation_id}}).encode()
    headers = {"authorization": f"Bearer {token}", "content_type": "application/json"}
    with send(URL, body, accept="text/event-stream", **headers) as stream:
        for line in stream:  # a comment comes every 12 s, so the timeout means a broken connection
            if line.startswith(b"data: {"):
                yield json.loads(line[len("data: ") :])["data"]["analysisEvents"]["event"]


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        image = file.read()
    access_token = sign_in()
    for event in events(access_token, upload(access_token, image)):
        if event["__typename"] == "AnalysisCompleted":
            recognition = event["recognitionPayload"]
            print(recognition["aggregate"]["name"] if recognition else event["failure"]["message"])
        else:
            print(event["__typename"], file=sys.stderr)
