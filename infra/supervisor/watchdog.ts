// Outlives a launcher that died without stopping what it had started (kill -9), stops that, and ends.
// In: a pipe from the launcher that closes with it; the stack's process list. Out: nothing left behind.
import { mayRun, readProcessList, writeProcessList } from './process-list.ts';
import { stopRuns } from './stop-leftovers.ts';

const [file = '', pid = '', startTime = ''] = process.argv.slice(2);
const launcher = { pid: Number(pid), startTime };

// A Ctrl-C in the terminal is the launcher's business.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

process.stdin.resume();
process.stdin.once('end', () => void stopAll());
process.stdin.once('error', () => void stopAll());

async function stopAll(): Promise<void> {
  const ours = () =>
    readProcessList(file).filter(
      (run) => run.launcher.pid === launcher.pid && run.launcher.startTime === startTime,
    );
  const runs = ours().filter(mayRun);
  // What cannot be stopped stays listed, for the next start.
  await stopRuns(runs).then(
    () => {
      if (runs.length > 0 && ours().length > 0) writeProcessList(file, []);
    },
    () => undefined,
  );
  process.exit(0);
}
