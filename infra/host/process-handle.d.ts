export interface ProcessHandle {
  readonly pid: number;
  /** As the system says it. */
  readonly startTime: string;
}

/** Undefined when there is no such process (or only its zombie). */
export function startTimeOf(pid: number): string | undefined;
export function isRunning(handle: ProcessHandle): boolean;
/** Sends a signal to a process that leads a group, and to all its children. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void;
