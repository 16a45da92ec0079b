import { UserError } from '../../user-error.ts';
import type { Service, Tool } from '../../service.ts';
import { isThere, missingTool } from './run-tool.ts';

/**
 * Before anything is started or installed: is everything there that will be needed? What is
 * installed already needs no installer.
 *
 * @throws {UserError} with one sentence for each thing that is missing.
 */
export async function assertTools(services: readonly Service[]): Promise<void> {
  const missing = new Set<string>();
  const addMissing = (tools: readonly Tool[] = []) => {
    for (const tool of tools) if (!isThere(tool.command)) missing.add(missingTool(tool));
  };
  for (const { tools, install } of services) {
    addMissing(tools);
    if (install === undefined || install.installed()) continue;
    addMissing(install.tools);
    await install.possible?.().catch((error: unknown) => missing.add((error as Error).message));
  }
  if (missing.size > 0) throw new UserError([...missing].join('\n'));
}
