import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ponsse',
  makes: ['Harvester', 'Forwarder'],
  models: [['Harvester', 'medium', String.raw`HS?\d{1,2}`]],
};
