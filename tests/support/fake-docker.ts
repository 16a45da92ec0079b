// A `docker` command for tests on a machine without an engine. Its containers are processes that answer on
// the server's port; as an engine's, they run on when the command that started them has ended.
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startTimeOf } from '../../infra/host/process-handle.js';

const server = `require('http').createServer((q, s) => s.end()).listen(+process.env.FAKE_PORT, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));`;

const script = (folder: string) => `#!/bin/bash
cd '${folder}'
echo "$*" >> calls
verb=$1 last=\${!#}
if [ "$1" = compose ]; then
  [ "$2" = --project-name ] && project=$3
  for word; do case $word in version|pull|up|down|kill|pause|unpause|wait|logs) verb="compose $word"; break;; esac; done
fi
if [ -f "$verb" ]; then
  if [ "$(cat "$verb")" = hang ]; then trap '' TERM; sleep 600 & touch "$verb.hangs"; wait; fi
  cat "$verb" >&2; exit 1
fi
each() { for file in $project-*.container; do
  [ -f "$file" ] || continue
  case $last in $project|[0-9]*|--volumes) ;; *) [ "$file" = "$project-$last.container" ] || continue;; esac
  "$@" "$(cat "$file")" "$file"
done; }
signal() { kill "-$1" "$2" 2>&-; }
remove() { kill -CONT $1; kill -TERM $1; while kill -0 $1; do sleep 0.02; done; rm -f "$2"; }
await() { while kill -0 $1 2>&-; do sleep 0.02; done
  echo "container '$2' exited with status code $(cat "$2.code" 2>&- || echo 137)"; }
case $verb in
  version) echo 28.2.2 ;;
  'compose version') echo 'Docker Compose version v2.40.3' ;;
  context) echo "\${DOCKER_HOST:-unix:///var/run/docker.sock}" ;;
  volume) name=\${last#name=^}; name=\${name%\\$}; [ -f "$name" ] && echo "$name" ;;
  'compose up')
    file=$project-$last.container variable=\${last^^}_PORT
    env > environment
    rm -f "$file.code"
    FAKE_PORT=\${!variable} setsid bash -c '"$0" -e "$1" & echo $! > "$2"; wait $!; echo $? > "$2.code"' \\
      '${process.execPath}' "$(cat server.js)" "$file" < /dev/null > /dev/null 2>&1 &
    while [ ! -s "$file" ]; do sleep 0.02; done ;;
  'compose logs') echo "$last is up" ;;
  'compose wait') each await ;;
  'compose down') each remove 2>&- ;;
  'compose kill') each signal KILL ;;
  'compose pause') each signal STOP ;;
  'compose unpause') each signal CONT ;;
esac
true
`;

export interface FakeDocker {
  /** The PATH of whoever shall find it. */
  readonly path: string;
  /** The arguments of every call so far, each as one line. */
  calls(): string[];
  /** What the last `up` found in its environment. */
  environmentOfUp(): Record<string, string>;
  /** The process in each container that runs. */
  containers(): { name: string; pid: number }[];
  /** From now on the engine has a volume of that name. */
  makeVolume(name: string): void;
  /** From now on this verb (`version`, `compose pull`, ...) hangs, or fails with these words. */
  break(verb: string, fault: string): void;
  /** Whether a command of that verb hangs, its child too, which holds the output open. */
  hangs(verb: string): boolean;
}

/** An executable in a folder of its own. */
export function fakeDocker(): FakeDocker {
  const folder = mkdtempSync(join(tmpdir(), 'docker with blanks '));
  const command = join(folder, 'docker');
  writeFileSync(command, script(folder));
  writeFileSync(join(folder, 'server.js'), server);
  chmodSync(command, 0o755);
  const linesOf = (file: string) =>
    existsSync(join(folder, file))
      ? readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
      : [];
  return {
    path: [folder, process.env['PATH']].join(delimiter),
    calls: () => linesOf('calls'),
    environmentOfUp: () =>
      Object.fromEntries(
        linesOf('environment').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      ),
    containers: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.container'))
        .map((file) => ({
          name: file.replace(/\.container$/, ''),
          pid: Number(linesOf(file)[0]),
        }))
        .filter(({ pid }) => startTimeOf(pid) !== undefined),
    makeVolume(name) {
      writeFileSync(join(folder, name), '');
    },
    break(verb, fault) {
      writeFileSync(join(folder, verb), fault);
    },
    hangs: (verb) => existsSync(join(folder, `${verb}.hangs`)),
  };
}
