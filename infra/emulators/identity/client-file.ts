// What a client on this machine needs to use the stack: `.data/<stack>/client.json`.
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { givenEnvironment } from '../../stack/environment.ts';
import { clientSecretOf } from './local-user.ts';
import type { Stack } from '../../stack/stack.ts';

/** The user as whom `npm run analyze` works. */
const localUser = 'local-user';

/** Readable by this user only. Not written for an issuer elsewhere: its clients bring their own tokens. */
export function writeClientFile(stack: Stack): void {
  if (givenEnvironment(stack)['OIDC_ISSUER'] !== undefined) return;
  const client = {
    url: `http://127.0.0.1:${stack.ports['graph-gateway']}/graphql`,
    issuer: `http://127.0.0.1:${stack.ports.identity}`,
    clientId: localUser,
    clientSecret: clientSecretOf(localUser, stack.secrets.IDENTITY_SECRET),
  };
  const file = join(stack.folder, 'client.json');
  writeFileAtomic.sync(file, `${JSON.stringify(client, null, 2)}\n`, { mode: 0o600 });
}
