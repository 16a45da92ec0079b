import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Vögele',
  aliases: ['Vögele', 'Voegele'],
  makes: ['Asphalt Paver'],
  models: [
    [
      'Asphalt Paver',
      'strong',
      String.raw`(SUPER|MT)(\d{3,4}I?)(-\d{1,2}I?)?((?:SJ|SPRAYJET|IP|OFFSET|X|POWERFEEDER)*)`,
      '$1 $2$3 $4',
    ],
    ['Asphalt Paver', 'strong', String.raw`(SUPER|MT)(\d{3,4})(-\d{1,2}I?)?`, '$1 $2$3'],
  ],
};
