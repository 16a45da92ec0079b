// What operators can filter analyses by (registered from the table in contracts/topology.ts).
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributePair,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { AnalysisResult } from '../contracts/recognition.ts';

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

/** Far below the server's limit of 2,048 bytes: above it the server terminates the run. */
const longestKeyword = 255;

const shortened = (text: string | null) => text?.slice(0, longestKeyword) ?? null;

/**
 * Set once, when the result is decided. `AnalysisStatus` is then the recognition's status
 * (`identified`, `inferred`, `partial`, `unidentified`), `failed` or `cancelled`.
 */
export function attributesAtEnd({
  recognition,
  failure,
}: AnalysisResult): SearchAttributeUpdatePair[] {
  if (failure !== undefined)
    return [
      { key: keys.status, value: failure.code === 'CANCELLED' ? 'cancelled' : 'failed' },
      { key: keys.failureCode, value: failure.code },
    ];
  const { status, aggregate } = recognition;
  return [
    { key: keys.status, value: status },
    { key: keys.brand, value: shortened(aggregate.brand) },
    { key: keys.machineType, value: shortened(aggregate.type) },
    { key: keys.machineModel, value: shortened(aggregate.model) },
    { key: keys.confident, value: aggregate.isConfident },
  ];
}
