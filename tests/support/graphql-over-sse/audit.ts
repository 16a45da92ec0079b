// An audit of "GraphQL over Server-Sent Events" (PROTOCOL.md of graphql-sse, distinct connections
// mode) for any server: by address, over HTTP, knowing nothing of what answers there.
import { httpRules } from './http-rules.ts';
import type { AuditedServer, Rule } from './rule.ts';
import { streamRules } from './stream-rules.ts';

export const rules: readonly Rule[] = [...streamRules, ...httpRules].sort((a, b) =>
  a.id.localeCompare(b.id),
);

export interface Finding {
  readonly rule: Rule;
  readonly outcome: 'ok' | 'not checked' | 'broken';
  readonly why?: string;
}

/** All rules, one after another. */
export async function audit(server: AuditedServer): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const rule of rules) {
    try {
      findings.push({ rule, outcome: (await rule.check(server)) ?? 'ok' });
    } catch (error) {
      findings.push({ rule, outcome: 'broken', why: (error as Error).message });
    }
  }
  return findings;
}
