import { useSyncExternalStore } from 'react';

/** Something that changes, and who wants to know of it. */
export interface Value<Type> {
  readonly get: () => Type;
  readonly set: (value: Type) => void;
  /** @returns what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createValue<Type>(initial: Type): Value<Type> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value as it is, and the component again whenever it changes. */
export const useValue = <Type>({ subscribe, get }: Value<Type>): Type =>
  useSyncExternalStore(subscribe, get);
