// PP-OCRv6's models for local-vision, from the PyPI wheel `rapidocr`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../host/user-error.ts';
import type { Installation } from '../../stack/service.ts';
import { cacheFolder } from '../../stack/stack.ts';
import { installOnce } from './install-once.ts';
import { installWheel } from './python-wheel.ts';

const folderName = 'rapidocr-3.10.0'; // as in rapidocr-wheel.txt

/** What local-vision takes as LOCAL_VISION_MODELS; not there until it is installed. */
export const ocrModelsFolder = (cache = cacheFolder()) =>
  join(cache, folderName, 'rapidocr', 'models');

/** local-vision reads without them too, so an installation that fails is said and the start goes on. */
export function ocrModelsInstallation(
  python = { command: 'python3', remedy: 'install Python 3 with pip.' },
  cache = cacheFolder(),
): Installation {
  return {
    usually: '5 s',
    tools: [],
    installed: () => existsSync(ocrModelsFolder(cache)),
    async run(report) {
      const build = (folder: string) => installWheel(python, 'rapidocr-wheel.txt', folder, report);
      await installOnce(folderName, report, build, cache).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        report(`PP-OCRv6 is not installed, PP-OCRv4 reads alone: ${error.message}`);
      });
    },
  };
}
