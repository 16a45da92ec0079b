import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hinowa',
  makes: ['Aerial Work Platform', 'Dump Truck', 'Excavator'],
  models: [
    [
      'Boom Lift',
      'medium',
      String.raw`(LIGHTLIFT|GOLDLIFT|TEEJET)(\d{2}\.\d{2})([A-Z]*)`,
      '$1 $2 $3',
    ],
    ['Site Dumper', 'medium', String.raw`HS\d{3,4}[A-Z]?`],
    ['Mini Excavator', 'medium', String.raw`(?:PT|VT|DM)\d{1,4}[A-Z]?`],
  ],
};
