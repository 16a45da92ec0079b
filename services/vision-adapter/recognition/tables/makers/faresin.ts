import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Faresin',
  makes: ['Telehandler'],
  models: [
    [
      'Telehandler',
      'strong',
      String.raw`(F[SH])(\d{1,2}\.\d{2})((?:COMPACT|C|CLASSIC)?)`,
      '$1 $2 $3',
    ],
    ['Telehandler', 'weak', String.raw`\d{1,2}\.\d{2}`],
  ],
};
