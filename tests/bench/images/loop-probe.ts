// Loaded into a measured process with `--import`: how long its event loop stood still at most, and what the
// process cost. Asked over IPC, it answers and starts again.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface LoopReport {
  /** By the clock; on a busy machine mostly the wait for a processor. */
  readonly delayMs: number;
  /** Processor time of the loop's own thread in one go: what the process itself does to it. */
  readonly workMs: number;
  /** Processor time of all threads since it was last asked. */
  readonly processorMs: number;
}

const stepMs = 5;
const delays = monitorEventLoopDelay({ resolution: stepMs });
delays.enable();

let before = process.threadCpuUsage();
let longestWork = 0;
let processorBefore = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  longestWork = Math.max(longestWork, (user + system) / 1000);
  before = process.threadCpuUsage();
}, stepMs).unref();

process.on('message', (message) => {
  if (message !== 'report') return;
  const { user, system } = process.cpuUsage(processorBefore);
  const processorMs = (user + system) / 1000;
  process.send?.({
    delayMs: delays.max / 1e6,
    workMs: longestWork,
    processorMs,
  } satisfies LoopReport);
  processorBefore = process.cpuUsage();
  delays.reset();
  longestWork = 0;
});
