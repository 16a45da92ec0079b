import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

const privateKeySchema = z.looseObject({
  kty: z.literal('RSA'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
});

const keysSchema = z.object({
  signing: z.array(privateKeySchema).min(1),
  cookies: z.array(z.string().min(32)).min(1),
});

/** What this identity server signs with: tokens (RS256, private JWKs) and its browser cookies. */
export type IdentityKeys = z.infer<typeof keysSchema>;

/**
 * The keys of this stack; made on the first start and kept, so that tokens stay valid over a restart.
 *
 * @param file mode 0600, written atomically.
 * @throws when the file holds something else: keys are never replaced silently.
 */
export async function openIdentityKeys(file: string): Promise<IdentityKeys> {
  const written = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (written !== undefined) {
    await chmod(file, 0o600); // a copy or a restored backup may have come with wider rights
    return readKeys(file, written);
  }
  const keys = await generateKeys();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}

function readKeys(file: string, written: string): IdentityKeys {
  try {
    return keysSchema.parse(JSON.parse(written));
  } catch (error) {
    throw new Error(`invalid keys in ${file}: remove the file, and new keys are made`, {
      cause: error,
    });
  }
}

async function generateKeys(): Promise<IdentityKeys> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return keysSchema.parse({
    signing: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }],
    cookies: [randomBytes(32).toString('hex')],
  });
}
