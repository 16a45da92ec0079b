import type { ProcessName } from '../contracts/processes.ts';
import type { Report } from './native/install/install-once.ts';
import type { PortName } from './ports.ts';
import type { Stack } from './stack.ts';

/** How one server or process is run. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One row of the system: a server or a process of ours. */
export interface Part {
  readonly name: PartName;
  readonly role: 'server' | 'process';
  /** Started after these are ready, stopped before them. */
  readonly needs: readonly PartName[];
  /** What it listens on; the first one is its own. */
  readonly ports: readonly [PortName, ...PortName[]];
  /** Where people and tests find it. */
  url(stack: Stack): string;
  /** Commands of the machine that it cannot run without. */
  readonly tools?: readonly Tool[];
  /** Installs it if it is missing (servers only). */
  readonly install?: Installation;
  /** Writes the files it needs and says how to run it. */
  prepare(stack: Stack): Promise<Launch> | Launch;
  /** The name of the container that it runs in; what {@link prepare} names then follows that one. */
  container?(stack: Stack): string;
  /** Resolves when it does its work; rejects while it does not. Asked again and again. */
  ready(stack: Stack): Promise<void>;
  /** Resolves when it has also reached the servers that it could do without for a while. */
  settled?(stack: Stack): Promise<void>;
  /** Once after each start. `note` writes a line into the log of the part. */
  afterReady?(stack: Stack, container?: string, note?: (line: string) => void): Promise<void>;
  /** After it has ended in good order. */
  afterStop?(stack: Stack): Promise<void>;
  /** A sentence for people when it does not come up, besides the end of its log. */
  readonly remedy?: string;
}

export interface Tool {
  readonly command: string;
  /** Ends the sentence "<command> is missing: ...". */
  readonly remedy: string;
}

export interface Installation {
  /** Demanded only when it is not installed yet. */
  readonly tools: readonly Tool[];
  /** Says why it cannot be installed although the tools are there. @throws {CannotDo} */
  possible?(): Promise<void>;
  /** What a first installation takes on two cores, for the display. */
  readonly usually: string;
  installed(): boolean;
  run(report: Report, stack: Stack): Promise<void>;
}

export type PartName =
  'epmd' | 'kafka' | 'rabbitmq' | 'versitygw' | 'minio' | 'temporal' | ProcessName;
