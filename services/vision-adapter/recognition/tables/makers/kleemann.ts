import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kleemann',
  makes: ['Crusher', 'Screener'],
  models: [
    [
      'Crusher',
      'strong',
      String.raw`(MC|MR|MCO)(\d{2,3}[RSZI]?)((?:EVO2?|PRO|NEO|NEOE|ZEVO)?)`,
      '$1 $2 $3',
    ],
    ['Screener', 'strong', String.raw`(MS)(\d{2,3}[DZ]?)((?:EVO|PRO|AD|BL)?)`, '$1 $2 $3'],
  ],
};
