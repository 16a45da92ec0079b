// What a list is narrowed to. It stands in the address, so that a link to a filter is a link.
import { machineOf, nameOf } from './machine.ts';
import type { Analysis, Filter } from './documents.ts';

export const states = ['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED'] as const;

/** What the address says as far as it can be read. */
export function filterOf(search: URLSearchParams): Filter {
  const text = (name: string) => search.get(name)?.trim().slice(0, 100) || undefined;
  const state = states.find((one) => one === search.get('state'));
  const confident = { true: true, false: false }[search.get('confident') ?? ''];
  return Object.fromEntries(
    Object.entries({
      text: text('text'),
      state,
      brand: text('brand'),
      type: text('type'),
      confident,
    }).filter(([, value]) => value !== undefined),
  );
}

export const searchOf = (filter: Filter): URLSearchParams =>
  new URLSearchParams(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );

/** Whether one that has just come belongs into the list; as the register decides it. */
export function matches(filter: Filter, analysis: Analysis): boolean {
  const machine = machineOf(analysis);
  const isSame = (wanted: string | undefined, found: string | null) =>
    wanted === undefined || wanted.toLowerCase() === found?.toLowerCase();
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = `${Object.values(machine).join(' ')} ${nameOf(analysis) ?? ''}`.toLowerCase();
  const confident = analysis.recognitionPayload?.aggregate.isConfident;
  return (
    (filter.state === undefined || filter.state === analysis.state) &&
    isSame(filter.brand, machine.brand) &&
    isSame(filter.type, machine.type) &&
    (filter.confident === undefined || filter.confident === confident) &&
    words.every((word) => found.split(/[^\p{L}\p{N}]+/u).includes(word) || found.includes(word))
  );
}
