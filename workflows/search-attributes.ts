// What operators can filter analyses by (registered from the table in contracts/topology.ts).
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributePair,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { Outcome } from './messages.ts';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

export const keys = {
  status: keyword('AnalysisStatus'),
  brand: keyword('Brand'),
  machineType: keyword('MachineType'),
  machineModel: keyword('MachineModel'),
  failureCode: keyword('FailureCode'),
  owner: keyword('Owner'),
  confident: defineSearchAttributeKey('Confident', SearchAttributeType.BOOL),
} as const;

/** Given at the start, where they cost no event. */
export const attributesAtStart = (owner: string): SearchAttributePair[] => [
  { key: keys.owner, value: owner },
  { key: keys.status, value: 'running' },
];

/**
 * Set once, when the outcome is decided. `AnalysisStatus` is then the recognition's status
 * (`identified`, `inferred`, `partial`, `unidentified`), `failed` or `cancelled`.
 */
export function attributesAtEnd(outcome: Outcome): SearchAttributeUpdatePair[] {
  if ('failure' in outcome)
    return [
      { key: keys.status, value: outcome.failure.code === 'CANCELLED' ? 'cancelled' : 'failed' },
      { key: keys.failureCode, value: outcome.failure.code },
    ];
  const { status, aggregate } = outcome.recognition;
  return [
    { key: keys.status, value: status },
    { key: keys.brand, value: aggregate.brand },
    { key: keys.machineType, value: aggregate.type },
    { key: keys.machineModel, value: aggregate.model },
    { key: keys.confident, value: aggregate.isConfident },
  ];
}
