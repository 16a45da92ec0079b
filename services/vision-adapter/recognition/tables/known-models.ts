// Models known to exist: makers/NAME.txt beside each maker's names. Facts from public ranges; what is not
// listed may exist all the same, so an absence proves nothing.
import { readdirSync, readFileSync } from 'node:fs';
import type { MachineType } from './taxonomy.ts';

export interface KnownModel {
  readonly maker: string;
  readonly type: MachineType;
  /** `likely`: believed, not checked. */
  readonly known: 'certain' | 'likely';
  /** As its maker writes it: ZX350LC-7. */
  readonly name: string;
}

/** Capitals without blanks and dashes; dots and slashes stay: 801.4 is not 8014. */
export const keyOf = (name: string) => name.toUpperCase().replace(/[\s\p{Pd}]/gu, '');

const folder = new URL('makers/', import.meta.url);

/** A head "Volvo | Excavator | certain", below it indented lines of names with commas between. */
function readModels(file: string): KnownModel[] {
  const found: KnownModel[] = [];
  let head: Omit<KnownModel, 'name'> | undefined;
  for (const line of readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n')) {
    if (!line.startsWith(' ')) {
      const [maker = '', type = '', known = ''] = line.split(' | ');
      if (known !== 'certain' && known !== 'likely')
        throw new RangeError(`${file}: "${line}" is not MAKER | KIND | certain or likely`);
      head = { maker, type: type as MachineType, known };
    } else if (head !== undefined) {
      for (const name of line.split(',').map((part) => part.trim()))
        if (name !== '') found.push({ ...head, name });
    }
  }
  return found;
}

export const knownModels: readonly KnownModel[] = readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .flatMap(readModels);

/** What is known of one maker: full names, and what stands before their last dash. */
export interface KnownOfMaker {
  /** `twoKinds`: machines of two kinds bear the name. */
  readonly models: ReadonlyMap<string, KnownModel & { readonly twoKinds: boolean }>;
  readonly stems: ReadonlySet<string>;
}

/** By maker; the keys within are names without blanks and dashes. */
export function indexed(models: readonly KnownModel[]): ReadonlyMap<string, KnownOfMaker> {
  const newEntry = () => ({
    models: new Map<string, KnownModel & { twoKinds: boolean }>(),
    stems: new Set<string>(),
  });
  const index = new Map<string, ReturnType<typeof newEntry>>();
  for (const model of models) {
    const own = index.get(model.maker) ?? newEntry();
    index.set(model.maker, own);
    const key = keyOf(model.name);
    const other = own.models.get(key);
    const twoKinds = other !== undefined && other.type !== model.type;
    own.models.set(key, { ...(other ?? model), twoKinds: twoKinds || other?.twoKinds === true });
    own.stems.add(keyOf(model.name.replace(/-[^-]*$/u, '')));
  }
  return index;
}
