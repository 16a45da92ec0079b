import { log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { keyBeginningsOf } from '../contracts/objects.ts';
import { correlationIdSchema, objectKeySchema } from '../contracts/recognition.ts';
import type { ObjectVersion, ObjectVersions } from '../platform/object-store/object-versions.ts';

export interface DeletedObjects {
  readonly correlationId: string;
  /** Where else the photo lies, by what its runs say. */
  readonly objectKeys: readonly string[];
}

export function createDeleteObjectsActivities(deps: {
  readonly versions: Pick<ObjectVersions, 'list' | 'remove'>;
}) {
  return { deleteObjects: (objects: DeletedObjects) => deleteObjects(deps.versions, objects) };
}
export type DeleteObjectsActivities = ReturnType<typeof createDeleteObjectsActivities>;

/**
 * Deletes every version and every delete marker of what was stored of one upload.
 *
 * @returns how many there were.
 * @throws {ApplicationFailure} `OBJECTS_NOT_DELETED`, worth another try: the store keeps some.
 */
async function deleteObjects(
  versions: Pick<ObjectVersions, 'list' | 'remove'>,
  { correlationId, objectKeys }: DeletedObjects,
): Promise<number> {
  const id = correlationIdSchema.parse(correlationId); // a beginning of a key that is no id would match others
  const named = objectKeys.filter((key) => objectKeySchema.safeParse(key).success);
  let deleted = 0;
  for (const beginning of keyBeginningsOf(id, named))
    for (;;) {
      const { versions: found } = await versions.list(beginning);
      if (found.length === 0) break;
      await removeAll(versions, found);
      deleted += found.length;
    }
  return deleted;
}

async function removeAll(
  versions: Pick<ObjectVersions, 'remove'>,
  found: readonly ObjectVersion[],
): Promise<void> {
  const errors = await versions.remove(found);
  if (errors.length === 0) return;
  const codes = [...new Set(errors.map(({ code }) => code))];
  log.error('object versions of a deleted analysis not deleted', { count: errors.length, codes });
  throw ApplicationFailure.create({
    type: 'OBJECTS_NOT_DELETED',
    message: `the store does not delete ${errors.length} object versions: ${codes.join(', ')}`,
  });
}
