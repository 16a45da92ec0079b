import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Rottne',
  aliases: ['Rottne Industri'],
  words: ['ROTTNE'],
  makes: ['Harvester', 'Forwarder'],
  models: [
    ['Harvester', 'medium', String.raw`H\d{1,2}[A-D]?`],
    ['Forwarder', 'medium', String.raw`F\d{1,2}[A-D]?`],
  ],
};
