import type { ProcessName } from '../../contracts/processes.ts';
import type { ProcessHandle } from '../host/process-handle.js';
import type { Report, Tool } from '../host/run-tool.ts';
import type { PortName } from './ports.ts';
import type { Stack } from './stack.ts';

/** One row of the system: a server or a process of ours. */
export interface Service {
  readonly name: ServiceName;
  readonly role: 'server' | 'process';
  /** Started after these are ready, stopped before them. */
  readonly needs: readonly ServiceName[];
  /** What it listens on; the first one is its own. */
  readonly ports: readonly [PortName, ...PortName[]];
  /** Where people and tests find it. */
  url(stack: Stack): string;
  /** Commands of the machine that it cannot run without. */
  readonly tools?: readonly Tool[];
  /** Installs it, or what a process of ours works better with, if that is missing. */
  readonly install?: Installation;
  /** Writes the files it needs and says how to run it. `log` writes a line into the log of the service. */
  prepare(stack: Stack, log: (line: string) => void): Promise<Launch> | Launch;
  /** Starts it where it is not a process of this machine; {@link prepare} is not called then. */
  readonly start?: (stack: Stack, options: StartOptions) => Promise<Run>;
  /** Resolves when it does its work; rejects while it does not. Called again and again. */
  ready(stack: Stack): Promise<void>;
  /** Resolves when nothing limits it: the servers that it could do without for a while are reached, no alarm. */
  healthy?(stack: Stack): Promise<void>;
  /** Once after each start. `log` writes a line into the log of the service. */
  afterReady?(stack: Stack, log: (line: string) => void): Promise<void>;
  /** After it has ended in good order. */
  afterStop?(stack: Stack): Promise<void>;
  /** A sentence for people when it does not come up, besides the end of its log. */
  readonly remedy?: string;
}

/** A server without its place in the system: what it needs and listens on stands in infra/system.ts. */
export type Server = Omit<Service, 'needs' | 'ports'>;

/** How one server or process is run. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What asks it to finish; default: SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface StartOptions {
  /** Takes its output. */
  readonly logFile: string;
  /** Writes a line into that log. */
  readonly log: (line: string) => void;
  /** Added to its own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Given up: it is not wanted any more. */
  readonly signal: AbortSignal;
}

/** One run of a service, from its start to its end. */
export interface Run {
  /** How others find it when its launcher is gone. */
  readonly handle: RunHandle;
  /** Resolves with how it ended: `exit code 0`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** Lets it finish; killed when it has not after the grace. Resolves when it is gone. */
  stop(graceMs: number): Promise<'stopped' | 'killed'>;
  /** As a crash would end it. */
  kill(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

export type RunHandle =
  | (ProcessHandle & Pick<Launch, 'stopSignal'>)
  /** A container of this Compose project. */
  | { readonly project: string };

export interface Installation {
  /** Needed only when it is not installed yet. */
  readonly tools: readonly Tool[];
  /** Says why it cannot be installed although the tools are there. @throws {UserError} */
  possible?(): Promise<void>;
  /** What a first installation takes on two cores, for the display. */
  readonly usually: string;
  installed(): boolean;
  run(report: Report, stack: Stack): Promise<void>;
}

export type ServiceName =
  'epmd' | 'kafka' | 'rabbitmq' | 'versitygw' | 'minio' | 'temporal' | 'postgresql' | ProcessName;
