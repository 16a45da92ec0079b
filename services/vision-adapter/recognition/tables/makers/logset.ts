import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Logset',
  makes: ['Harvester', 'Forwarder'],
  models: [
    ['Harvester', 'medium', String.raw`(\d{1,2}H)(GTE|GT|HYBRID)?`, '$1 $2'],
    ['Forwarder', 'medium', String.raw`(\d{1,2}F)(GTE|GT)?`, '$1 $2'],
  ],
};
