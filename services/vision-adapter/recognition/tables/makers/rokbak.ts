import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Rokbak',
  makes: ['Dump Truck'],
  models: [['Articulated Hauler', 'strong', 'RA(?:30|40)']],
};
