// Where the processors' time goes: what each part of the stack used between two moments (Linux).
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100; // USER_HZ, proc(5)

interface Sample {
  readonly parent: number;
  readonly seconds: number;
}

/** Seconds of processor time that the process and all below it have used so far. */
export function processorSeconds(pid: number): number {
  const samples = new Map<number, Sample>();
  for (const name of readdirSync('/proc')) {
    const sample = /^\d+$/.test(name) ? readSample(Number(name)) : undefined;
    if (sample !== undefined) samples.set(Number(name), sample);
  }
  const below = (root: number): number =>
    [...samples].reduce(
      (sum, [child, { parent }]) => (parent === root ? sum + below(child) : sum),
      samples.get(root)?.seconds ?? 0,
    );
  return below(pid);
}

/** proc(5): the fields after the name in parentheses, which may itself hold blanks. */
function readSample(pid: number): Sample | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it has just ended
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
  return { parent: parent ?? 0, seconds: ((user ?? 0) + (system ?? 0)) / ticksPerSecond };
}
