import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../host/user-error.ts';
import { runTool, type Report } from '../../host/run-tool.ts';
import { cacheFolder } from '../../stack/stack.ts';
import { lockInstallation } from './install-once.ts';

const policy = '/usr/sbin/policy-rc.d';
const forbidden = '#!/bin/sh\nexit 101\n'; // what invoke-rc.d and deb-systemd-invoke take for "do not start"

const noReport: Report = () => undefined;

/** @throws {UserError} when neither root nor sudo without a password is there. */
export async function assertRoot(name: string): Promise<void> {
  if (process.getuid?.() === 0) return;
  try {
    await runTool({ command: 'sudo', remedy: 'become root.' }, ['-n', 'true'], {
      report: noReport,
    });
  } catch (error) {
    throw new UserError(
      `Installing ${name} needs root: run \`sudo apt-get install ${name}\` once by hand, or run the servers in containers (README).`,
      { cause: error },
    );
  }
}

/**
 * Installs a package of the distribution without letting it start a service: while it is installed,
 * policy-rc.d forbids every start; where systemd runs, its service and epmd's are disabled too.
 */
export async function installDebianPackage(
  name: string,
  installed: () => boolean,
  report: Report,
): Promise<void> {
  await lockInstallation(join(cacheFolder(), `debian-${name}`), report, async () => {
    if (installed()) return; // by another run, or another service that needs it
    await asRoot(report, 'apt-get', 'update');
    const ours = !existsSync(policy);
    if (ours) await forbidStarts(report);
    try {
      await asRoot(
        report,
        ...(['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'] as const),
        ...['-o', 'DPkg::Lock::Timeout=300', 'install', '--yes', '--no-install-recommends', name],
      );
    } finally {
      if (ours) await asRoot(report, 'rm', '-f', policy);
    }
    if (existsSync('/run/systemd/system'))
      await asRoot(report, 'systemctl', 'disable', '--now', name, 'epmd.socket');
  });
}

function asRoot(report: Report, ...words: readonly [string, ...string[]]): Promise<void> {
  const [command, ...args] = process.getuid?.() === 0 ? words : (['sudo', '-n', ...words] as const);
  return runTool({ command, remedy: 'it belongs to every Debian.' }, args, { report });
}

async function forbidStarts(report: Report): Promise<void> {
  const draft = `/tmp/policy-rc.d.${process.pid}`;
  await writeFile(draft, forbidden, { flag: 'wx' });
  try {
    await asRoot(report, 'install', '-m', '755', draft, policy);
  } finally {
    await rm(draft);
  }
}
