// Users and their rights, at the two stores whose users we can make. What the key may not do is left out.
import { assertOnlyKnownUsers, mergeBucketPolicy, readPolicy } from './bucket.ts';
import { bucketPolicyStatements, ownerStatement, policyDocument, type Grant } from './rights.ts';
import { isKnownKey, unlessDenied, type Administrator, type Send } from './signed-request.ts';
import {
  putMinioPolicy,
  putMinioUser,
  putVersityUser,
  removeMinioUsers,
  removeVersityUsers,
} from './users.ts';

export interface GrantPlan {
  readonly bucket: string;
  /** Begins the name of each policy and the Sid of each statement of ours, which are found by it. */
  readonly namePrefix: string;
  readonly grants: readonly Grant[];
  /** False: refuses where the bucket's policy grants our rights to keys other than these. */
  readonly replacesUnknownKeys: boolean;
  /** Access key ids whose users are deleted where they are still there. */
  readonly endedUsers?: readonly string[];
}

interface Granting {
  readonly send: Send;
  readonly administrator: Administrator;
  readonly plan: GrantPlan;
  /** False: nothing can be set on it yet. */
  readonly hasBucket: boolean;
  readonly log: (line: string) => void;
  /** Takes what could not be done and is needed. */
  readonly reportMissing: (line: string) => void;
}

/** Users have no rights of their own there: the bucket's policy gives them. */
export async function grantOnVersity(granting: Granting): Promise<void> {
  const { send, administrator, plan, hasBucket, log, reportMissing } = granting;
  const { bucket, namePrefix, grants, endedUsers = [] } = plan;
  const policy = hasBucket ? await unlessDenied(readPolicy(send, bucket)) : undefined;
  const keys = grants.flatMap((grant) => grant.keys);
  const known = [...keys.map(({ accessKey }) => accessKey), ...endedUsers];
  if (policy && !plan.replacesUnknownKeys) assertOnlyKnownUsers(policy, bucket, namePrefix, known);

  const without = new Set<string>();
  let mayMakeUsers = true;
  for (const { name, keys: keysOfUser } of grants)
    for (const key of keysOfUser) {
      mayMakeUsers &&= (await unlessDenied(putVersityUser(send, key))) !== undefined;
      if (!mayMakeUsers && !(await isKnownKey({ ...administrator, ...key }, bucket)))
        without.add(name);
    }
  if (without.size > 0)
    reportMissing(
      `users of ${[...without].join(', ')}: not made, the key may not (403 XAdminAccessDenied): ` +
        'make them by hand with role user and these keys, or use a key of role admin',
    );
  else if (!mayMakeUsers) log('users: exist, made by others');

  if (policy === undefined || without.size > 0) {
    // A policy may not name users that are not there.
    if (policy === undefined && hasBucket) reportMissing(policyByHand(plan));
    else
      reportMissing('bucket policy: not set before bucket and users are there: then repeat this');
  } else {
    const statements = grants.flatMap((grant) => bucketPolicyStatements(bucket, namePrefix, grant));
    // With no policy before, a key that is no administrator is the bucket's owner.
    const isOwner = !mayMakeUsers && policy.Statement.length === 0;
    const before = isOwner
      ? { ...policy, Statement: [ownerStatement(bucket, administrator.accessKey)] }
      : policy;
    const set = await unlessDenied(mergeBucketPolicy(send, bucket, before, namePrefix, statements));
    if (set === undefined) reportMissing(policyByHand(plan));
    else log(`rights: ${set ? '' : 'already '}set for ${describe(grants)}`);
  }
  await removeEnded(granting, removeVersityUsers);
}

/** Without the keys themselves, which are in nobody's log. */
function policyByHand({ bucket, namePrefix, grants }: GrantPlan): string {
  const statements = grants.flatMap((grant) => {
    const keys = [{ accessKey: `<access key of ${grant.name}>`, secretKey: '' }];
    return bucketPolicyStatements(bucket, namePrefix, { ...grant, keys });
  });
  return (
    'bucket policy: not set, the key may not (403): use one with s3:GetBucketPolicy and s3:PutBucketPolicy, ' +
    `or add these statements by hand\n${JSON.stringify(statements, null, 2)}`
  );
}

/** Policies belong to the store there, not to a bucket of it. */
export async function grantOnMinio(granting: Granting): Promise<void> {
  const { send, administrator, plan, log, reportMissing } = granting;
  const { bucket, namePrefix, grants } = plan;
  const policyName = (name: string) => `${namePrefix}${name}-${bucket}`;
  const put = async () => {
    for (const { name, right } of grants)
      await putMinioPolicy(send, policyName(name), policyDocument(bucket, right));
    for (const { name, keys } of grants)
      for (const key of keys)
        await putMinioUser(send, administrator.secretKey, key, policyName(name));
    return true;
  };
  if (await unlessDenied(put())) log(`rights: set for ${describe(grants)}`);
  else
    reportMissing(
      `users and policies of ${describe(grants)}: not all made, the key may not (403): use a key with ` +
        'admin:CreatePolicy, admin:CreateUser and admin:AttachUserOrGroupPolicy',
    );
  await removeEnded(granting, removeMinioUsers);
}

const describe = (grants: readonly Grant[]) =>
  grants.map(({ name, keys }) => `${name} (${keys.length} keys)`).join(', ');

async function removeEnded(
  { send, plan, log, reportMissing }: Granting,
  remove: (send: Send, users: readonly string[]) => Promise<number>,
): Promise<void> {
  const removed = await unlessDenied(remove(send, plan.endedUsers ?? []));
  if (removed === undefined)
    reportMissing('users of expired keys: not deleted, the key may not (403): delete them by hand');
  else if (removed > 0) log(`users of expired keys: ${removed} deleted`);
}
