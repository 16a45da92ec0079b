import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Prinoth',
  makes: ['Dump Truck'],
  models: [['Tracked Carrier', 'strong', String.raw`(PANTHER)?(T\d{1,2}R?)`, '$1 $2']],
};
