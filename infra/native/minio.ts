// MinIO, built by Go from its tagged source: the store of earlier versions, for `--store minio` and for tests.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goBinary, goInstallation, type GoServer } from './install/go-server.ts';
import type { Server } from '../stack/service.ts';
import { probeHttp } from '../host/probes.ts';
import { provisionOwnStore } from '../store/provision-own-store.ts';

const version = 'v0.0.0-20260212201848-7aac2a2c5b7c';

const server: GoServer = {
  name: 'minio',
  version,
  package: 'github.com/minio/minio',
  packages: 1_300,
  usually: '4 minutes',
};

export const minio: Server = {
  name: 'minio',
  role: 'server',
  url: (stack) => `http://127.0.0.1:${stack.ports.minio}`,
  install: goInstallation(server),
  async prepare(stack) {
    const data = join(stack.folder, 'minio');
    await mkdir(data, { recursive: true });
    return {
      command: goBinary(server),
      args: [
        'server',
        data,
        '--address',
        `127.0.0.1:${stack.ports.minio}`,
        '--console-address',
        `127.0.0.1:${stack.ports['minio-console']}`,
      ],
      cwd: stack.folder,
      env: {
        MINIO_ROOT_USER: stack.secrets.S3_ROOT_ACCESS_KEY,
        MINIO_ROOT_PASSWORD: stack.secrets.S3_ROOT_SECRET_KEY,
        MINIO_UPDATE: 'off', // it would ask the vendor for news
      },
    };
  },
  ready: (stack) => probeHttp(`http://127.0.0.1:${stack.ports.minio}/minio/health/ready`),
  afterReady: (stack, log) => provisionOwnStore(stack, 'minio', log),
};
