// A page that signs its user in by authorization code and PKCE, and shows what is on a photo. Where the
// service is: `?url=...&issuer=...`, by default the local stack.
import * as oauth from 'oauth4webapi';
import { createTrackunitClient, remedyOf, TrackunitError } from 'trackunit-client';

const given = new URLSearchParams(location.search);
const settings = JSON.parse(sessionStorage.getItem('settings') ?? 'null') ?? {
  url: given.get('url') ?? 'http://127.0.0.1:4000/graphql',
  issuer: given.get('issuer') ?? 'http://127.0.0.1:4100',
};
sessionStorage.setItem('settings', JSON.stringify(settings)); // the way back has other parameters

const redirectUri = location.origin + location.pathname; // registered at the issuer, exactly so
const web = { client_id: 'trackunit-app' }; // an app that is not the service's own: the user is asked
const local = { [oauth.allowInsecureRequests]: true }; // http on this machine alone
const issuer = new URL(settings.issuer);
const server = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, local),
);

const say = (text) => (document.querySelector('#said').textContent = text);
const photo = document.querySelector('#photo');
const signIn = document.querySelector('#sign-in');

signIn.onclick = async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  sessionStorage.setItem('pending', JSON.stringify({ verifier, state }));
  const address = new URL(server.authorization_endpoint);
  address.search = new URLSearchParams({
    ...web,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid analysis',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  location.assign(address);
};

const pending = JSON.parse(sessionStorage.getItem('pending') ?? 'null');
if (pending !== null && given.has('code')) {
  sessionStorage.removeItem('pending');
  const answer = oauth.validateAuthResponse(server, web, new URL(location.href), pending.state);
  let tokens = await oauth.processAuthorizationCodeResponse(
    server,
    web,
    await oauth.authorizationCodeGrantRequest(
      ...[server, web, oauth.None(), answer, redirectUri, pending.verifier, local],
    ),
  );
  history.replaceState(null, '', location.pathname); // a code is good once
  const client = createTrackunitClient({
    url: settings.url,
    async token({ renew } = { renew: false }) {
      if (renew) {
        const refresh = [server, web, oauth.None(), tokens.refresh_token, local];
        const response = await oauth.refreshTokenGrantRequest(...refresh);
        tokens = await oauth.processRefreshTokenResponse(server, web, response);
      }
      return tokens.access_token;
    },
  });
  signIn.hidden = true;
  photo.hidden = false;
  photo.onchange = () => analyze(client, photo.files[0]);
}

async function analyze(client, file) {
  try {
    for await (const event of client.analyze(file)) {
      if (event.state !== 'completed') say(event.state);
      else if (event.success) say(event.recognition.aggregate.name);
      else say(remedyOf(event.failure.code));
    }
  } catch (error) {
    if (!(error instanceof TrackunitError)) throw error;
    say(`${error.code}: ${error.remedy}`);
  }
}
