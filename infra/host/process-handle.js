// One process of this machine, told from a later one with its pid by the time it began.
// Plain JavaScript, as what uses it (lock.js) runs before TypeScript does.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export function startTimeOf(pid) {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // Fields after the command's closing bracket: state first, start time as the 20th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    const answer = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return answer.trim() || undefined;
  } catch {
    return undefined; // ps answers 1 for a process that is gone
  }
}

export function isRunning({ pid, startTime }) {
  const found = startTimeOf(pid);
  return found !== undefined && found === startTime;
}

/** Children that lead groups of their own, as PostgreSQL's do, get it too. */
export function signalGroup(pid, signal) {
  const children = descendantsOf(pid); // before: a killed process has none
  send(-pid, signal);
  for (const child of new Set([...children, ...descendantsOf(pid)])) send(child, signal); // one may be new
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Only Linux tells them at little cost. */
function descendantsOf(pid) {
  if (process.platform !== 'linux') return [];
  const childrenOf = Map.groupBy(
    readdirSync('/proc').filter((name) => /^\d+$/.test(name)),
    (name) => parentOf(name),
  );
  const found = [];
  const visit = (parent) => {
    for (const child of childrenOf.get(parent) ?? []) {
      found.push(Number(child));
      visit(child);
    }
  };
  visit(String(pid));
  return found;
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined; // gone meanwhile
  }
}
