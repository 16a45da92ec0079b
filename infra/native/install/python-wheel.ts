import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool, type Report, type Tool } from '../../host/run-tool.ts';
import { cacheFolder } from '../../stack/stack.ts';

/**
 * Unpacks the one wheel of a requirements file into a folder: no other package, nothing built, nothing that
 * does not have the hash of the file. pip keeps what it has downloaded in the cache.
 *
 * @param requirements name of a file beside this one.
 * @throws {UserError} no Python, no pip, no package index that is reached.
 */
export const installWheel = (
  python: Tool,
  requirements: string,
  folder: string,
  report: Report,
): Promise<void> =>
  runTool(
    python,
    [
      ...['-m', 'pip', 'install', '--disable-pip-version-check', '--root-user-action=ignore'],
      ...['--progress-bar', 'off', '--no-deps', '--only-binary', ':all:', '--require-hashes'],
      ...['--target', folder, '-r', fileURLToPath(new URL(requirements, import.meta.url))],
    ],
    { report, env: { PIP_CACHE_DIR: join(cacheFolder(), 'pip') } },
  );
