import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Demag',
  makes: ['Crane'],
  models: [
    ['Mobile Crane', 'strong', String.raw`(AC)(\d{2,4})(-\d[A-Z]?)?((?:CITY)?)`, '$1 $2$3 $4'],
    ['Crawler Crane', 'strong', String.raw`(CC)(\d{2,4}(?:\.\d{4})?)(-\d)?`, '$1 $2$3'],
  ],
};
