import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CorrectionsPage } from '../../contracts/acts.ts';
import { UsageError } from '../command-line/arguments.ts';
import type { Door } from '../command-line/door.ts';

/**
 * Writes what owners have said as a truth file: by the name of the photo what it shows, and what was
 * answered. `npm run bench -- recognition <file>` scores it; as `truth.json` in a folder with the photos it
 * scores the rules of today.
 *
 * @throws {UsageError} no file, or one that is there already.
 */
export async function exportCorrections(
  door: Pick<Door, 'corrections'>,
  file: string | undefined,
): Promise<string[]> {
  if (file === undefined)
    throw new UsageError('file missing: expected where to write, as truth.json');
  const truth: Record<string, object> = {};
  const query = new URLSearchParams();
  for (let more = true; more;) {
    const { items, hasNextPage } = await door.corrections(query);
    for (const item of items) truth[basename(item.objectKey)] = entryOf(item);
    query.set('after', items.at(-1)?.correlationId ?? '');
    more = hasNextPage;
  }
  try {
    await writeFile(file, `${JSON.stringify(truth, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UsageError(`invalid file '${file}': it is there already`);
  }
  return [`${Object.keys(truth).length} corrections written to ${file}`];
}

const entryOf = ({ brand, type, model, aggregate }: CorrectionsPage['items'][number]) => ({
  ...{ brand, type, model },
  ...(aggregate !== null && { answer: aggregate }),
});
