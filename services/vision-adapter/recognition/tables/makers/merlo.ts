import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Merlo',
  makes: ['Telehandler', 'Site Dumper'],
  models: [
    [
      'Telehandler',
      'strong',
      String.raw`(TF|P)(\d{2,3})\.(\d{1,2})(T?)((?:CS|TT|TOP|PLUS|HM|SP|L)?)(-?\d{3})?`,
      '$1$2.$3$4 $5$6',
    ],
    [
      'Rotating Telehandler',
      'strong',
      String.raw`(ROTO)(\d{2})\.(\d{2})(S?)((?:PLUS|MCSS|KS|SPLUS)?)`,
      '$1 $2.$3 $4 $5',
    ],

    ['Telehandler', 'strong', String.raw`(TF|P)(\d{2})\.(\d{1,2})([A-Z]{0,3})`, '$1$2.$3 $4'],
    [
      'Rotating Telehandler',
      'strong',
      String.raw`(ROTO)(\d{2})\.(\d{2})([A-Z]{0,3})`,
      '$1 $2.$3 $4',
    ],
    ['Telehandler', 'weak', String.raw`\d{2}\.\d{1,2}`],
  ],
};
