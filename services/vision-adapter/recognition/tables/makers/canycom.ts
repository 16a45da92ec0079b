import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Canycom',
  makes: ['Dump Truck'],
  models: [['Tracked Carrier', 'strong', String.raw`(?:S|SC|BP|GC|CC)\d{2,4}[A-Z]{0,3}`]],
};
