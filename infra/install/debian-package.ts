import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { CannotDo } from '../cannot-do.ts';
import { oneAtATime, type Report } from './install-once.ts';
import { runTool } from './run-tool.ts';

const policy = '/usr/sbin/policy-rc.d';

/**
 * Installs a package of the distribution without letting it start a service: while it is installed,
 * policy-rc.d forbids every start; where systemd runs, the package's service is disabled too.
 */
export async function installDebianPackage(name: string, report: Report): Promise<void> {
  const byHand = `run \`sudo apt-get install ${name}\` once by hand, or start a Docker engine.`;
  if (!existsSync('/usr/bin/apt-get'))
    throw new CannotDo(`${name} is missing and this machine has no apt: start a Docker engine.`);
  const root = process.getuid?.() === 0 ? [] : await passwordlessSudo(name, byHand);
  await oneAtATime(`debian-${name}`, report, async () => {
    const apt = (...args: string[]) => {
      const [command = 'apt-get', ...before] = [...root, 'env', 'DEBIAN_FRONTEND=noninteractive'];
      const waiting = ['-o', 'DPkg::Lock::Timeout=300'];
      return runTool(command, [...before, 'apt-get', ...waiting, ...args], {
        report,
        remedy: byHand,
      });
    };
    const asRoot = (command: string, ...args: string[]) => {
      const [first = command, ...rest] = [...root, command, ...args];
      return runTool(first, rest, { report, remedy: byHand });
    };
    await apt('update');
    const ours = !existsSync(policy);
    if (ours) await forbidStarts(root.length > 0 ? asRoot : undefined);
    try {
      await apt('install', '--yes', '--no-install-recommends', name);
    } finally {
      if (ours) await asRoot('rm', '-f', policy);
    }
    if (existsSync('/run/systemd/system'))
      await asRoot('systemctl', 'disable', '--now', name, 'epmd.socket');
  });
}

async function forbidStarts(
  asRoot: ((command: string, ...args: string[]) => Promise<string>) | undefined,
): Promise<void> {
  const answer = '#!/bin/sh\nexit 101\n'; // "forbidden by policy", to invoke-rc.d and deb-systemd-invoke
  if (asRoot === undefined) {
    await writeFile(policy, answer);
    await chmod(policy, 0o755);
    return;
  }
  const draft = `/tmp/policy-rc.d.${process.pid}`;
  await writeFile(draft, answer, { flag: 'wx' });
  try {
    await asRoot('install', '-m', '755', draft, policy);
  } finally {
    await rm(draft);
  }
}

async function passwordlessSudo(name: string, byHand: string): Promise<string[]> {
  try {
    await runTool('sudo', ['-n', 'true'], { report: () => undefined, remedy: byHand });
  } catch (error) {
    throw new CannotDo(`Installing ${name} needs root: ${byHand}`, { cause: error });
  }
  return ['sudo', '-n'];
}
