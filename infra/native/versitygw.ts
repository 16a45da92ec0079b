// VersityGW, the object store: S3 on plain files, built by Go from its tagged source.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goBinary, goInstallation, type GoServer } from './install/go-server.ts';
import { givenEnvironment } from '../stack/environment.ts';
import type { Server } from '../stack/service.ts';
import { probeHttp } from '../host/probes.ts';
import { provisionOwnStore } from '../store/provision-own-store.ts';

export const version = 'v1.8.0';

const server: GoServer = {
  name: 'versitygw',
  version,
  package: 'github.com/versity/versitygw/cmd/versitygw',
  packages: 590,
  usually: '90 s',
};

export const versitygw: Server = {
  name: 'versitygw',
  role: 'server',
  url: (stack) => `http://127.0.0.1:${stack.ports.versitygw}`,
  install: goInstallation(server),
  async prepare(stack) {
    const folder = join(stack.folder, 'versitygw');
    const [iam, versions, buckets] = ['iam', 'versions', 'buckets'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    for (const place of [iam, versions, buckets])
      await mkdir(place, { recursive: true, mode: 0o700 });
    return {
      command: goBinary(server),
      args: [
        ...[
          '--port',
          `127.0.0.1:${stack.ports.versitygw}`,
          '--quiet',
          '--health',
          '/health',
          '--keep-alive',
        ],
        // It refuses what is signed for another region.
        ...['--region', givenEnvironment(stack)['S3_REGION'] ?? 'us-east-1'],
        // Its cache of users confuses their keys (1.8.0): now and then a good signature is refused.
        ...['--iam-dir', iam, '--iam-cache-disable'],
        ...['posix', '--versioning-dir', versions, buckets],
      ],
      cwd: folder,
      env: {
        ROOT_ACCESS_KEY_ID: stack.secrets.S3_ROOT_ACCESS_KEY,
        ROOT_SECRET_ACCESS_KEY: stack.secrets.S3_ROOT_SECRET_KEY,
      },
    };
  },
  ready: (stack) => probeHttp(`http://127.0.0.1:${stack.ports.versitygw}/health`),
  afterReady: (stack, log) => provisionOwnStore(stack, 'versitygw', log),
};
