import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Palfinger',
  makes: ['Crane', 'Aerial Work Platform'],
  models: [
    [
      'Loader Crane',
      'strong',
      String.raw`(PK)(\d{4,6}|\d{1,3}\.\d{3}|\d{3})((?:EH|SH|L|LSH|TEC\d?|SLD\d|TURNTABLE)?)`,
      '$1 $2 $3',
    ],
    ['Loader Crane', 'strong', String.raw`(PK)(\d{4,6})([A-Z]{0,3})`, '$1 $2 $3'],
  ],
};
