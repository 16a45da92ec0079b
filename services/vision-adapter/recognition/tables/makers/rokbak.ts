import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Rokbak',
  former: ['Terex Trucks'],
  makes: ['Dump Truck'],
  models: [['Articulated Hauler', 'strong', 'RA(?:30|40)']],
};
