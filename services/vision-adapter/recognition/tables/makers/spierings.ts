import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Spierings',
  makes: ['Crane'],
  models: [
    [
      'Mobile Crane',
      'strong',
      String.raw`(SK)(\d{3,4})(-AT\d)?((?:EL|ELIFT|HYBRID)?)`,
      '$1$2$3 $4',
    ],
  ],
};
