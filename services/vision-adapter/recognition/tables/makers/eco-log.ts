import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Eco Log',
  aliases: ['Eco Log'],
  makes: ['Harvester', 'Forwarder'],
  models: [
    ['Harvester', 'medium', String.raw`5\d0[A-G]`],
    ['Forwarder', 'medium', '5[67]4[A-F]'],
  ],
};
