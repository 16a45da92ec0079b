import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { UserError } from './user-error.ts';

export interface Tool {
  readonly command: string;
  /** Ends the sentence "<command> is missing: ...". */
  readonly remedy: string;
}

/** Shows how far a tool or an installation is; each call replaces the line before. */
export type Report = (line: string) => void;

/** Whether a command is on the PATH. */
export function isThere(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export const missingTool = ({ command, remedy }: Tool) => `${command} is missing: ${remedy}`;

/**
 * Runs one tool of the machine to its end; its last line of output is reported as it goes.
 *
 * @throws {UserError} with the tool's last lines when it fails.
 */
export async function runTool(
  tool: Tool,
  args: readonly string[],
  options: {
    report: Report;
    env?: Record<string, string>;
    /** Says in other words what a piece of its output means. */
    wording?: (output: string) => string | undefined;
  },
): Promise<void> {
  const run = execa(tool.command, args, {
    all: true,
    stdin: 'ignore',
    reject: false,
    env: options.env ?? {},
  });
  run.all.on('data', (chunk: Buffer) => {
    const line = stripVTControlCharacters(chunk.toString()).trim().split('\n').at(-1)?.trim();
    if (line) options.report((options.wording?.(chunk.toString()) ?? line).slice(0, 100));
  });
  const result = await run;
  if (!result.failed) return;
  if (result.code === 'ENOENT') throw new UserError(missingTool(tool), { cause: result });
  const lastLines = result.all.trim().split('\n').slice(-8).join('\n');
  throw new UserError(`${result.shortMessage}:\n${lastLines}`, { cause: result });
}
