// Outlives a launcher that died without stopping its processes (kill -9), stops them and their
// containers, and ends.
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
  const outcomes = await Promise.allSettled(left.map((entry) => stopProcess(entry, graceMs)));
  // A container that its engine does not stop stays listed, for the next start.
  const stubborn = left.filter((_entry, index) => outcomes[index]?.status === 'rejected');
  if (!isRunning(launcher)) writeProcessList(file, launcher, stubborn);
  process.exit(0);
}
