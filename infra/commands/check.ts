// `npm run check`: format, types, lint, boundaries and unit tests. No servers.
import { runChecks } from './checks.ts';
import { runCommand } from './display.ts';

runCommand(async () => {
  process.exitCode = await runChecks();
});
