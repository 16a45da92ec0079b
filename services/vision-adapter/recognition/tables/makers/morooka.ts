import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Morooka',
  makes: ['Dump Truck'],
  models: [['Tracked Carrier', 'strong', String.raw`(MST)-?(\d{3,4}[A-Z]{0,3})`, 'MST-$2']],
};
