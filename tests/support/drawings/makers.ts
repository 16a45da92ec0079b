import type { Paint } from './paint.ts';

/** The makers' own colours, and how their name stands on a machine. */
export const makers = {
  Caterpillar: { paint: { body: '#f0b021', trim: '#2c2e31' }, names: ['CATERPILLAR', 'CAT'] },
  Volvo: { paint: { body: '#efb52c', trim: '#565c63' }, names: ['VOLVO'] },
  Komatsu: { paint: { body: '#f3b92b', trim: '#25346b' }, names: ['KOMATSU'] },
  Hitachi: { paint: { body: '#e2621d', trim: '#4a4d52' }, names: ['HITACHI'] },
} as const satisfies Record<string, { paint: Paint; names: readonly [string, ...string[]] }>;
export type Maker = keyof typeof makers;
