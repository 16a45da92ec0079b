// A server that sends a photo and prints what is on it. Signs in by client credentials.
import { readFile } from 'node:fs/promises';
import { createTrackunitClient, remedyOf, TrackunitError } from 'trackunit-client';

const {
  TRACKUNIT_URL: url,
  TRACKUNIT_ISSUER: issuer,
  TRACKUNIT_CLIENT_ID: clientId,
  TRACKUNIT_CLIENT_SECRET: clientSecret,
} = process.env;

let token; // asked for once, and again where the service refuses it
const client = createTrackunitClient({
  url,
  token: ({ renew } = { renew: false }) => {
    if (renew || token === undefined) token = fetchToken();
    return token;
  },
});

async function fetchToken() {
  const basic = btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { token_endpoint } = await discovery.json();
  const response = await fetch(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'analysis' }),
  });
  if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
  const { access_token } = await response.json();
  return access_token;
}

try {
  for await (const event of client.analyze(await readFile(process.argv[2]))) {
    if (event.state !== 'completed') console.error(event.state);
    else if (event.success) console.log(event.recognition.aggregate.name);
    else console.log(`${event.failure.code}: ${remedyOf(event.failure.code)}`);
  }
} catch (error) {
  if (!(error instanceof TrackunitError)) throw error;
  console.error(`${error.code}: ${error.message}. ${error.remedy}`);
  process.exitCode = 1;
}
