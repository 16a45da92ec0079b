// Which object store holds the photos of a stack. It is remembered in the stack's folder, for native
// packages and for containers apart, since their data are not the same.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Runtime, Stack } from './stack.ts';

/** The first one is the default. */
export const storeNames = ['versitygw', 'minio'] as const;
export type StoreName = (typeof storeNames)[number];

/** As people know them. */
export const storeTitles = { versitygw: 'VersityGW', minio: 'MinIO' } as const;

/** `last`: how the servers were run the last time. */
type Memory = { readonly last?: Runtime } & Readonly<Partial<Record<Runtime, StoreName>>>;

export function storeInUse(stack: Pick<Stack, 'folder'>): StoreName {
  const memory = recall(stack);
  return (memory.last && memory[memory.last]) ?? storeNames[0];
}

/** Undefined while nothing is remembered of that runtime. */
export const rememberedStore = (stack: Pick<Stack, 'folder'>, runtime: Runtime) =>
  recall(stack)[runtime];

export function rememberStore(
  stack: Pick<Stack, 'folder'>,
  runtime: Runtime,
  store: StoreName,
): void {
  const memory: Memory = { ...recall(stack), last: runtime, [runtime]: store };
  writeFileAtomic.sync(memoryFile(stack), `${JSON.stringify(memory)}\n`, { mode: 0o600 });
}

const memoryFile = (stack: Pick<Stack, 'folder'>) => join(stack.folder, 'store.json');

function recall(stack: Pick<Stack, 'folder'>): Memory {
  const file = memoryFile(stack);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Memory) : {};
}
