import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Magni',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Rotating Telehandler', 'strong', String.raw`(RTH)(\d{1,2}\.\d{2})([A-Z]{0,3})`, '$1 $2 $3'],
    ['Rotating Telehandler', 'strong', String.raw`(RTH)(\d{1,2}[.,]\d{2})((?:SH?|L)?)`, '$1 $2 $3'],
    [
      'Telehandler',
      'strong',
      String.raw`(H?TH)(\d{1,2}(?:[.,]\d)?\.\d{1,2})((?:P|E)?)`,
      '$1 $2 $3',
    ],
    ['Aerial Work Platform', 'strong', String.raw`(DS)(\d{4})(AC|RT)`, '$1$2 $3'],
    ['Aerial Work Platform', 'strong', String.raw`(MJP)(\d{1,2}\.\d)`, '$1 $2'],
  ],
};
