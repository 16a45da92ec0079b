import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Fassi',
  makes: ['Crane'],
  models: [
    [
      'Loader Crane',
      'strong',
      String.raw`(F)(\d{2,4})([A-Z]{1,3})?(\.\d{1,2}\.?\d?|\.\d)?([A-Z]*)`,
      '$1$2$3$4 $5',
    ],
  ],
};
