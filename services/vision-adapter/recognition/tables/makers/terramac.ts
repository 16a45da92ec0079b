import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Terramac',
  makes: ['Dump Truck'],
  models: [['Tracked Carrier', 'strong', String.raw`RT\d{1,2}R?(?:T4)?`]],
};
