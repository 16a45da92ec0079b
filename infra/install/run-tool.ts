import { execa, ExecaError } from 'execa';
import { CannotDo } from '../cannot-do.ts';
import type { Report } from './install-once.ts';

/**
 * Runs one tool of the machine to its end; its last line of output is reported as it goes.
 *
 * @throws {CannotDo} with `remedy` when the tool is not there, with its last lines when it fails.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: { report: Report; remedy: string; env?: Record<string, string>; cwd?: string },
): Promise<string> {
  const run = execa(command, args, {
    all: true,
    stdin: 'ignore',
    env: options.env ?? {},
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  run.all.on('data', (chunk: Buffer) => {
    const line = chunk.toString().trim().split('\n').at(-1)?.trim();
    if (line) options.report(line.slice(0, 100));
  });
  try {
    return (await run).stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.code === 'ENOENT')
      throw new CannotDo(`${command} is not on the PATH: ${options.remedy}`, { cause: error });
    const lastLines = (error.all ?? '').trim().split('\n').slice(-8).join('\n');
    throw new CannotDo(
      `${command} failed (${error.shortMessage}):\n${lastLines}\n${options.remedy}`,
      {
        cause: error,
      },
    );
  }
}
