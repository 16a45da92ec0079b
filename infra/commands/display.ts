import { Listr } from 'listr2';
import { CannotDo } from '../cannot-do.ts';
import type { Report } from '../install/install-once.ts';

/**
 * Runs the tasks at once and shows how far each is: live in a terminal, as plain lines elsewhere.
 *
 * @throws the first fault.
 */
export async function showTasks(
  tasks: readonly { title: string; task: (report: Report) => Promise<void> }[],
): Promise<void> {
  await new Listr(
    tasks.map(({ title, task }) => ({
      title,
      task: (_context: unknown, display: { output: unknown }) =>
        task((line) => {
          display.output = line;
        }),
    })),
    {
      concurrent: true,
      renderer: process.stdout.isTTY ? 'default' : 'simple',
    },
  ).run();
}

/** Runs a command to its end: exit code 0, or 1 with one clear sentence for what cannot be done. */
export function runCommand(command: () => Promise<void>): void {
  command().catch((error: unknown) => {
    console.error(error instanceof CannotDo ? `\n${error.message}` : error);
    process.exitCode = 1;
  });
}
