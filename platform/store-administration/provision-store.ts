// Everything that a bucket needs, made by its administrator: the bucket, users and rights, the CORS
// rule. Repeating changes nothing that is right already.
import { assertOnlyKnownUsers, makeBucket, mergeBucketPolicy, replaceRule } from './bucket.ts';
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
  /** Begins the name of each policy and the Sid of each statement of ours, which are found by it. */
  readonly namePrefix: string;
  readonly grants: readonly Grant[];
  /** False: refuses where the bucket's policy grants our rights to keys other than these. */
  readonly replacesUnknownKeys: boolean;
  /** Access key ids whose users are deleted where they are still there. */
  readonly endedUsers?: readonly string[];
  /** Pages of these origins may PUT with these headers. */
  readonly cors: {
    readonly id: string;
    readonly origins: readonly string[];
    readonly headers: readonly string[];
  };
  /** A lifecycle rule of an earlier version, removed. */
  readonly formerLifecycleRule: string;
}

/** @param log gets one sentence for each step, done or not supported by the store. */
export async function provisionStore(
  administrator: Administrator,
  plan: StorePlan,
  log: (line: string) => void,
): Promise<StoreKind> {
  const send = connectAdministrator(administrator);
  const { bucket, namePrefix, grants, endedUsers = [], cors } = plan;
  const made = await makeBucket(send, bucket, administrator.region);
  log(`bucket ${bucket}: ${made ? 'created' : 'exists'}`);

  const kind = await findStoreKind(send);
  if (kind !== 'other') {
    const keys = grants.flatMap((grant) => grant.keys.map((key) => ({ grant, key })));
    if (kind === 'versitygw') {
      const known = [...keys.map(({ key }) => key.accessKey), ...endedUsers];
      if (!plan.replacesUnknownKeys) await assertOnlyKnownUsers(send, bucket, namePrefix, known);
      for (const { key } of keys) await putVersityUser(send, key);
      const statements = grants.flatMap((grant) =>
        bucketPolicyStatements(bucket, namePrefix, grant),
      );
      await mergeBucketPolicy(send, bucket, namePrefix, statements);
    } else {
      // Policies belong to the store, not to a bucket of it.
      const policyName = (name: string) => `${namePrefix}${name}-${bucket}`;
      for (const { name, right } of grants)
        await putMinioPolicy(send, policyName(name), policyDocument(bucket, right));
      for (const { grant, key } of keys)
        await putMinioUser(send, administrator.secretKey, key, policyName(grant.name));
    }
    log(
      `rights: set for ${grants.map(({ name, keys: of }) => `${name} (${of.length} keys)`).join(', ')}`,
    );
    const remove = kind === 'versitygw' ? removeVersityUsers : removeMinioUsers;
    const removed = await remove(send, endedUsers);
    if (removed > 0) log(`users of expired keys: ${removed} deleted`);
  }

  const corsOutcome = await replaceRule(send, bucket, 'cors', cors.id, [
    ...cors.origins.map((origin) => leaf('AllowedOrigin', origin)),
    leaf('AllowedMethod', 'PUT'),
    ...cors.headers.map((header) => leaf('AllowedHeader', header)),
    leaf('ExposeHeader', 'etag'),
  ]);
  log(
    {
      set: `CORS rule ${cors.id}: set for ${cors.origins.join(', ')}`,
      unsupported:
        'CORS: the store has no rules per bucket (501) and answers by a setting of its own; pages of any origin may be able to upload with a putUrl',
      forbidden: `CORS rule ${cors.id}: not set, the key may not (403); browsers can upload only when the bucket allows PUT from ${cors.origins.join(', ')}: set it by hand, or use a key with s3:GetBucketCORS and s3:PutBucketCORS`,
    }[corsOutcome],
  );
  if ((await replaceRule(send, bucket, 'lifecycle', plan.formerLifecycleRule)) === 'forbidden')
    log(
      `lifecycle: not read or changed, the key may not (403); if the bucket has the rule ${plan.formerLifecycleRule} of an earlier version, remove it by hand`,
    );
  return kind;
}
