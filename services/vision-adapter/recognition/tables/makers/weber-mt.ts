import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Weber MT',
  aliases: ['Weber MT', 'Weber Maschinentechnik'],
  makes: ['Plate Compactor', 'Roller'],
  models: [
    [
      'Plate Compactor',
      'strong',
      String.raw`(CR|CF|SRV|CFR|DVH)(\d{1,3})([A-Z-]{0,4}\d?)`,
      '$1 $2 $3',
    ],
  ],
};
