import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Bell',
  aliases: ['Bell Equipment'],
  words: ['BELL'],
  makes: ['Dump Truck', 'Loader', 'Harvester'],
  models: [
    ['Articulated Hauler', 'medium', 'B(?:18|20|25|30|35|40|45|50|60)[A-E]'],
    ['Articulated Hauler', 'medium', String.raw`(B\d{2}[A-EL])(LGP|4X4)?`, '$1 $2'],
  ],
};
