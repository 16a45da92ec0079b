// Everything that a bucket needs, made by its administrator: the bucket, users and rights, the CORS
// rule. Repeating changes nothing that is right already.
import { assertNobodyElse, makeBucket, mergeBucketPolicy, replaceRule } from './bucket.ts';
import { bucketPolicyStatements, policyDocument, type Grant } from './rights.ts';
import { connectAdministrator, type Administrator } from './signed-request.ts';
import {
  findStoreKind,
  putMinioPolicy,
  putMinioUser,
  putVersityUser,
  removeMinioUsers,
  removeVersityUsers,
  type StoreKind,
} from './users.ts';
import { leaf } from './xml.ts';

export interface StorePlan {
  readonly bucket: string;
  /** Begins the name of each policy and the Sid of each statement of ours: what is ours is known by it. */
  readonly mark: string;
  readonly grants: readonly Grant[];
  /** False: refuses where the bucket's policy gives rights of ours to keys that are none of these. */
  readonly replacesUnknownKeys: boolean;
  /** Access key ids whose users are deleted where they are still there. */
  readonly endedUsers?: readonly string[];
  /** Pages of these origins may PUT with these headers. */
  readonly cors: {
    readonly id: string;
    readonly origins: readonly string[];
    readonly headers: readonly string[];
  };
  /** A lifecycle rule of an earlier version, taken out. */
  readonly formerLifecycleRule: string;
}

/** @param say one sentence for each thing done, or that the store cannot do. */
export async function provisionStore(
  administrator: Administrator,
  plan: StorePlan,
  say: (line: string) => void,
): Promise<StoreKind> {
  const ask = connectAdministrator(administrator);
  const { bucket, mark, grants, endedUsers = [], cors } = plan;
  const made = await makeBucket(ask, bucket, administrator.region);
  say(`bucket ${bucket}: ${made ? 'made' : 'is there'}`);

  const kind = await findStoreKind(ask);
  if (kind !== 'other') {
    const keys = grants.flatMap((grant) => grant.keys.map((key) => ({ grant, key })));
    if (kind === 'versitygw') {
      const known = [...keys.map(({ key }) => key.accessKey), ...endedUsers];
      if (!plan.replacesUnknownKeys) await assertNobodyElse(ask, bucket, mark, known);
      for (const { key } of keys) await putVersityUser(ask, key);
      const statements = grants.flatMap((grant) => bucketPolicyStatements(bucket, mark, grant));
      await mergeBucketPolicy(ask, bucket, mark, statements);
    } else {
      // Policies belong to the store, not to a bucket of it.
      const policyName = (name: string) => `${mark}${name}-${bucket}`;
      for (const { name, right } of grants)
        await putMinioPolicy(ask, policyName(name), policyDocument(bucket, right));
      for (const { grant, key } of keys)
        await putMinioUser(ask, administrator.secretKey, key, policyName(grant.name));
    }
    say(
      `rights: set for ${grants.map(({ name, keys: of }) => `${name} (${of.length} keys)`).join(', ')}`,
    );
    const remove = kind === 'versitygw' ? removeVersityUsers : removeMinioUsers;
    const removed = await remove(ask, endedUsers);
    if (removed > 0) say(`users of keys that ended: ${removed} deleted`);
  }

  const allowed = await replaceRule(ask, bucket, 'cors', cors.id, [
    ...cors.origins.map((origin) => leaf('AllowedOrigin', origin)),
    leaf('AllowedMethod', 'PUT'),
    ...cors.headers.map((header) => leaf('AllowedHeader', header)),
    leaf('ExposeHeader', 'etag'),
  ]);
  say(
    allowed
      ? `CORS rule ${cors.id}: set for ${cors.origins.join(', ')}`
      : 'CORS: the store has no rules per bucket (501) and answers by a setting of its own; pages of any origin may be able to upload with a putUrl',
  );
  await replaceRule(ask, bucket, 'lifecycle', plan.formerLifecycleRule);
  return kind;
}
