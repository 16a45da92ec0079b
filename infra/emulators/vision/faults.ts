import { Counter, type Registry } from 'prom-client';
import { z } from 'zod';
import type { Setting } from '../../../platform/config.ts';
import { faultTable, type Fault } from './fault-table.ts';
import type { AnnotateBatch } from './serve-vision.ts';

type Kind = keyof typeof faultTable;
type Order = { readonly count?: number } & Record<string, unknown>;

const rows: Readonly<Record<Kind, Fault<z.ZodType<Order>>>> = faultTable;
const kinds = Object.keys(rows) as Kind[];

/** An order as it is written: the row's key among its fields, `{"failNext": "UNAVAILABLE"}`. */
export const faultOrderSchema = z.record(z.string(), z.unknown()).transform((given, context) => {
  const kind = kinds.find((name) => name in given);
  if (kind === undefined) {
    context.addIssue({ code: 'custom', message: `unknown fault: name one of ${kinds.join(', ')}` });
    return z.NEVER;
  }
  const order = rows[kind].schema.safeParse(given);
  if (order.success) return { kind, order: order.data };
  for (const { path, message } of order.error.issues)
    context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});
type FaultOrder = z.infer<typeof faultOrderSchema>;
const faultOrdersSchema = z.array(faultOrderSchema);

/** The settings with what `LOCAL_VISION_FAULT_ORDERS` may say; a wrong order ends the start. */
export function withFaultOrders<Given extends { LOCAL_VISION_FAULT_ORDERS: Setting }>(
  settings: Given,
) {
  const setting = settings.LOCAL_VISION_FAULT_ORDERS;
  const schema = setting.schema.pipe(faultOrdersSchema);
  return { ...settings, LOCAL_VISION_FAULT_ORDERS: { ...setting, schema } };
}

export interface Faults {
  /** What waits to hit, by kind, with the calls left. */
  readonly ordered: Readonly<Partial<Record<Kind, Order>>>;
  /** Orders a fault; the same kind again replaces the earlier order. */
  order(fault: FaultOrder): void;
  /** Forgets all orders; chances start again from this seed, or the first one. */
  clear(seed?: number): void;
  /** The same work, hit by whatever is ordered. */
  around(annotate: AnnotateBatch): AnnotateBatch;
}

/** Failures on demand. Chances come from a seed, so a run repeats. */
export function createFaults(deps: {
  registry: Registry;
  cutCalls: () => void;
  /** Ordered from the start; by default nothing. */
  orders?: readonly FaultOrder[];
  seed?: number;
}): Faults {
  const { orders = [], seed: firstSeed = 1 } = deps;
  const hits = new Counter({
    name: 'vision_faults_total',
    help: 'Calls hit by an ordered fault, by kind.',
    labelNames: ['kind'],
    registers: [deps.registry],
  });
  let ordered: Partial<Record<Kind, Order>> = Object.fromEntries(
    orders.map(({ kind, order }) => [kind, order]),
  );
  let random = seededRandom(firstSeed);

  /** The order of this kind for this call, counted down. */
  const take = (kind: Kind): Order | undefined => {
    const order = ordered[kind];
    if (order === undefined) return undefined;
    hits.inc({ kind });
    if (order.count === 1) ordered = Object.fromEntries(others(ordered, kind));
    else if (order.count !== undefined) ordered[kind] = { ...order, count: order.count - 1 };
    return order;
  };

  return {
    get ordered() {
      return ordered;
    },
    order({ kind, order }) {
      ordered[kind] = order;
    },
    clear(seed = firstSeed) {
      ordered = {};
      random = seededRandom(seed);
    },
    around: (annotate) => async (request, signal) => {
      const due = kinds.flatMap((kind) => {
        const order = take(kind);
        return order === undefined ? [] : [{ row: rows[kind], order }];
      });
      for (const { row, order } of due)
        await row.before?.(order, { signal, random: () => random(), cutCalls: deps.cutCalls });
      const answer = await annotate(request, signal);
      return due.reduce((sofar, { row, order }) => row.after?.(order, sofar) ?? sofar, answer);
    },
  };
}

const others = (ordered: Partial<Record<Kind, Order>>, kind: Kind) =>
  Object.entries(ordered).filter(([name]) => name !== kind);

/** mulberry32: small, even enough for chances, the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
