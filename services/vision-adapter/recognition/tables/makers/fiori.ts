import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Fiori',
  aliases: ['Fiori Group'],
  words: ['FIORI'],
  makes: ['Concrete Pump', 'Site Dumper'],
  models: [
    ['Site Dumper', 'medium', String.raw`(D)(\d{2,3})`, '$1 $2'],
    ['Concrete Pump', 'medium', String.raw`(DB)(X?\d{2,3})([A-Z]{0,3})`, '$1 $2 $3'],
  ],
};
