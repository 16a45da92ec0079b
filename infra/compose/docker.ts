import { tmpdir } from 'node:os';
import { execa } from 'execa';
import { signalGroup } from '../host/process-handle.js';

interface DockerOptions {
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a docker command answered; it has ended, with every plugin that it started. */
interface DockerAnswer {
  readonly failed: boolean;
  readonly stdout: string;
  /** Why it failed: what docker said, or that it did not answer in time. */
  readonly reason: string;
}

/** Compose is a plugin, a child of docker that a signal to docker alone leaves behind: both are one group. */
export async function docker(
  args: readonly string[],
  { timeoutMs, env, signal }: DockerOptions,
): Promise<DockerAnswer> {
  const run = execa('docker', args, {
    cwd: tmpdir(), // not where a compose.yaml of somebody else's may lie
    env: { ...env },
    stdin: 'ignore',
    reject: false,
    detached: true,
  });
  const kill = () => {
    if (run.pid !== undefined) signalGroup(run.pid, 'SIGKILL');
  };
  const late = AbortSignal.timeout(timeoutMs);
  const over = signal === undefined ? late : AbortSignal.any([late, signal]);
  over.addEventListener('abort', kill);
  if (over.aborted) kill();
  try {
    const { failed, stdout, stderr, shortMessage } = await run;
    const words = stderr.trim() || (shortMessage ?? '');
    const reason = late.aborted ? `no answer within ${timeoutMs / 1_000} s` : words;
    return { failed, stdout, reason };
  } finally {
    over.removeEventListener('abort', kill);
  }
}
