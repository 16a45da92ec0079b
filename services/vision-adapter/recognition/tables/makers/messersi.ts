import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Messersì',
  aliases: ['Messersì'],
  makes: ['Excavator', 'Dump Truck', 'Loader'],
  models: [
    ['Mini Excavator', 'medium', String.raw`M\d{2}[A-Z]?|MS\d{2}`],
    ['Site Dumper', 'medium', String.raw`TCH?-?\d{2,3}[A-Z]?|TC\d{2,3}-?[A-Z]?`],
  ],
};
