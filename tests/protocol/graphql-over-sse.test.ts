import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  auditedGateway,
  auditedSubscriptions,
  type AuditedGateway,
} from '../support/gateway/audited-gateway.ts';
import { rules } from '../support/graphql-over-sse/audit.ts';

test('numbers the rules of the audit without gaps: ids are permanent', () => {
  expect(rules.map(({ id }) => id)).toEqual(
    Array.from({ length: 23 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`),
  );
});

const subscriptions = Object.keys(auditedSubscriptions) as (keyof typeof auditedSubscriptions)[];

describe.each(subscriptions)('%s', (subscription) => {
  let gateway: AuditedGateway;
  beforeAll(async () => {
    gateway = await auditedGateway(subscription);
  });
  afterAll(() => gateway.close());

  for (const rule of rules)
    test(`${rule.id} ${rule.level}: ${rule.says}`, async () => {
      expect(await rule.check(gateway)).toBeUndefined();
    });
});
