import { Listr } from 'listr2';
import { AbortError, describeDiskError, UserError } from '../host/user-error.ts';
import type { Report } from '../host/run-tool.ts';

/** Outside a terminal every report is a line of its own, so there it is one in so many seconds. */
const secondsBetweenLines = 15;

/**
 * Runs the tasks at once and shows how far each is: live in a terminal, as plain lines elsewhere.
 *
 * @throws the first fault.
 */
export async function showTasks(
  tasks: readonly { title: string; task: (report: Report) => Promise<void> }[],
): Promise<void> {
  const live = process.stdout.isTTY;
  let fault: unknown;
  const list = new Listr(
    tasks.map(({ title, task }) => ({
      title,
      task: async (_context: unknown, display: { output: unknown; skip(why: string): void }) => {
        let next = Date.now() + secondsBetweenLines * 1_000;
        const report = (line: string) => {
          if (!live && Date.now() < next) return;
          next = Date.now() + secondsBetweenLines * 1_000;
          display.output = live ? line : `${title.trim()}: ${line}`;
        };
        try {
          await task(report);
        } catch (error) {
          fault ??= error;
          if (error instanceof AbortError) {
            display.skip('stopped');
            return;
          }
          throw new Error('see below', { cause: error }); // told in full once, by runCommand
        }
      },
    })),
    {
      concurrent: true,
      registerSignalListeners: false, // the command stops what runs, in order
      renderer: live ? 'default' : 'simple',
    },
  );
  await list.run().catch((error: unknown) => {
    throw fault ?? error;
  });
  if (fault !== undefined) throw fault as Error;
}

function sentenceOf(error: unknown): string | undefined {
  const sentence = error instanceof UserError ? error.message : describeDiskError(error);
  return sentence === undefined ? undefined : `\n${sentence}`;
}

/** Runs a command to its end: exit code 0, or 1 with one clear sentence for what cannot be done. */
export function runCommand(command: () => Promise<void>): void {
  // Whoever read the output may leave, or its disk be full: what runs goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  command().catch((error: unknown) => {
    if (error instanceof AbortError) return; // who stopped it ends the process when all is down
    console.error(sentenceOf(error) ?? error);
    process.exit(1);
  });
}
