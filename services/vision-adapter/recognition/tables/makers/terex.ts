import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Terex',
  makes: ['Dump Truck', 'Crane', 'Excavator', 'Loader', 'Telehandler', 'Aerial Work Platform'],
  models: [
    ['Articulated Hauler', 'medium', 'TA(?:25|27|30|35|40|300|400)'],
    ['Rigid Dump Truck', 'medium', 'TR(?:35|40|45|60|70|100)'],
    ['Mini Excavator', 'medium', String.raw`TC\d{2,3}`],
  ],
};
