// MinIO, built by Go from its tagged source.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../install/install-once.ts';
import { runTool } from '../install/run-tool.ts';
import type { Part } from '../part.ts';
import { answersOk } from '../run/ready.ts';
import { cacheFolder } from '../stack.ts';

const version = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const folderName = `minio-${version}`;
const binary = () => join(cacheFolder(), folderName, 'minio');

const go = {
  command: 'go',
  remedy: 'install Go 1.24 or newer, or run the servers in containers (README).',
};

export const minio: Part = {
  name: 'minio',
  role: 'server',
  needs: [],
  ports: ['minio', 'minio-console'],
  url: (stack) => `http://127.0.0.1:${stack.ports.minio}`,
  install: {
    usually: '4 minutes',
    tools: [go],
    installed: () => existsSync(binary()),
    async run(report) {
      await installOnce(folderName, report, async (folder) => {
        // Go compares every module with its public checksum database.
        let compiled = 0;
        await runTool(go, ['install', '-v', '-modcacherw', `github.com/minio/minio@${version}`], {
          report,
          wording(output) {
            const packages = output.split('\n').filter((line) => line && !line.startsWith('go: '));
            compiled += packages.length;
            return compiled > 0 ? `${compiled} of about 1,300 packages compiled` : undefined;
          },
          env: {
            GOBIN: folder,
            GOPATH: join(cacheFolder(), 'go'), // checksums that it has seen
            GOMODCACHE: join(cacheFolder(), 'go', 'mod'),
            GOCACHE: join(cacheFolder(), 'go', 'build'),
          },
        });
      });
    },
  },
  async prepare(stack) {
    const data = join(stack.folder, 'minio');
    await mkdir(data, { recursive: true });
    return {
      command: binary(),
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
        MINIO_ROOT_USER: stack.secrets.S3_ACCESS_KEY,
        MINIO_ROOT_PASSWORD: stack.secrets.S3_SECRET_KEY,
        MINIO_UPDATE: 'off', // it would ask the vendor for news
      },
    };
  },
  ready: (stack) => answersOk(`http://127.0.0.1:${stack.ports.minio}/minio/health/ready`),
};
