// What provisioning makes in an object store: the bucket, a user for each right, the CORS rule.
import { storeRights } from '../../contracts/objects.ts';
import { pick } from '../../contracts/settings.ts';
import type { Config } from '../../platform/config.ts';
import type { StorePlan } from '../../platform/store-administration/provision-store.ts';
import { endedUsers } from '../keys/generations.ts';
import { keySettings, rightNames } from '../keys/key-settings.ts';
import { readGenerations } from '../keys/generations.ts';

/** Begins the name of everything of ours in a store. */
const namePrefix = 'trackunit-';

export const storePlanSettings = pick('S3_REGION', 'S3_BUCKET', 'CORS_ORIGINS', 'PUBLIC_ORIGIN');

/** @param folder of the keys: each generation that is there counts. */
export function storePlan(config: Config<typeof storePlanSettings>, folder: string): StorePlan {
  const generations = readGenerations(folder);
  const keysOf = (right: (typeof rightNames)[number]) => {
    const [accessKey, secretKey] = keySettings(right);
    return generations.map(({ keys }) => ({
      accessKey: keys[accessKey],
      secretKey: keys[secretKey],
    }));
  };
  return {
    bucket: config.S3_BUCKET,
    namePrefix,
    grants: rightNames.map((name) => ({ name, right: storeRights[name], keys: keysOf(name) })),
    replacesUnknownKeys: true, // the stack's own store: nobody else has rights of ours there
    endedUsers: endedUsers(folder),
    cors: {
      id: `${namePrefix}uploads`,
      origins: [...new Set([...config.CORS_ORIGINS, new URL(config.PUBLIC_ORIGIN).origin])],
      headers: ['content-type', 'x-amz-checksum-sha256', 'if-none-match'],
    },
    formerLifecycleRule: 'delete-after-30-days',
  };
}
