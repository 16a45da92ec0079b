// Outlives a launcher that died without stopping its processes (kill -9), stops them, and ends.
// In: a pipe from the launcher that closes with it; the stack's process list. Out: nothing left behind.
import { isRunning, readProcessList, writeProcessList } from './process-list.ts';
import { stopProcess } from './stop-process.ts';

const graceMs = 10_000;

const [file = '', pid = '', startTime = ''] = process.argv.slice(2);
const launcher = { pid: Number(pid), startTime };

// A Ctrl-C in the terminal is the launcher's business.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

process.stdin.resume();
process.stdin.once('end', () => void stopAll());
process.stdin.once('error', () => void stopAll());

async function stopAll(): Promise<void> {
  const left = readProcessList(file).filter(
    (entry) => entry.launcher.pid === launcher.pid && entry.launcher.startTime === startTime,
  );
  // All at once: the launcher's order would make those wait who only have to go.
  await Promise.all(left.map((entry) => stopProcess(entry, graceMs)));
  if (!isRunning(launcher)) writeProcessList(file, launcher, []);
  process.exit(0);
}
