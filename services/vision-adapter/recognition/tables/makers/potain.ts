import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Potain',
  makes: ['Crane'],
  models: [
    [
      'Tower Crane',
      'medium',
      String.raw`(M[CDRT]|MDT|MCR|MCH|MCT|MRH|HDT|HD|GTMR|HUP)(\d{2,4})([A-Z]?\d{0,2})`,
      '$1 $2 $3',
    ],
    ['Tower Crane', 'strong', String.raw`(IGO)([MT]?\d{2,3})([A-Z]?)`, '$1 $2 $3'],
    ['Tower Crane', 'strong', String.raw`(HUP)([CM]?)(\d{2}-\d{2})`, '$1 $2 $3'],
  ],
};
