// A server built by Go from its tagged source.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Installation } from '../../stack/service.ts';
import { cacheFolder } from '../../stack/stack.ts';
import { installOnce } from './install-once.ts';
import { runTool } from '../../host/run-tool.ts';

const go = {
  command: 'go',
  remedy: 'install Go 1.25 or newer, or run the servers in containers (README).',
};

export interface GoServer {
  /** Also the name of its binary. */
  readonly name: string;
  readonly version: string;
  /** What `go install` takes, without the version. */
  readonly package: string;
  /** About how many packages are compiled, for the display. */
  readonly packages: number;
  readonly usually: string;
}

const folderOf = ({ name, version }: GoServer) => `${name}-${version}`;

export const goBinary = (server: GoServer) => join(cacheFolder(), folderOf(server), server.name);

export function goInstallation(server: GoServer): Installation {
  return {
    usually: server.usually,
    tools: [go],
    installed: () => existsSync(goBinary(server)),
    async run(report) {
      await installOnce(folderOf(server), report, async (folder) => {
        // Caches of its own, so that two builds at once never remove each other's; they stay only
        // after a build that was interrupted, which goes on from there.
        const caches = join(cacheFolder(), `${folderOf(server)}.build`);
        let compiled = 0;
        // Go compares every module with its public checksum database.
        await runTool(go, ['install', '-v', '-modcacherw', `${server.package}@${server.version}`], {
          report,
          wording(output) {
            const lines = output.split('\n').filter((line) => line && !line.startsWith('go: '));
            compiled += lines.length;
            if (compiled === 0) return undefined;
            return `${compiled} of about ${server.packages} packages compiled`;
          },
          env: {
            GOBIN: folder,
            GOPATH: caches, // checksums that it has seen
            GOMODCACHE: join(caches, 'mod'),
            GOCACHE: join(caches, 'build'),
          },
        });
        // `go` is where earlier versions left theirs, up to 2.2 GB.
        for (const left of [caches, join(cacheFolder(), 'go')])
          await rm(left, { recursive: true, force: true });
      });
    },
  };
}
