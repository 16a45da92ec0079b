import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Haulotte',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    [
      'Boom Lift',
      'strong',
      String.raw`(HTA?|H|HA)(\d{2})((?:RTJ|PXNT|PX|SPX|TPX|TX|TJ|IP|CJ|LE|JE|RT|P|XLE)?\+?)((?:PRO|O|OPRO)?)`,
      '$1$2 $3 $4',
    ],
    ['Scissor Lift', 'strong', String.raw`(HS?)(\d{2,4})(SXL|SX|SDX|E|RT)((?:PRO)?)`, '$1$2 $3 $4'],
    [
      'Scissor Lift',
      'strong',
      String.raw`(COMPACT|OPTIMUM)(\d{1,2})((?:N|W|DX|RTE|AC)?)`,
      '$1 $2$3',
    ],
    [
      'Aerial Work Platform',
      'strong',
      String.raw`(STAR|QUICKUP)(\d{1,2}[A-Z]?)((?:AC|AE|PICKING)?)`,
      '$1 $2 $3',
    ],
    ['Telehandler', 'strong', String.raw`(HTL)(\d{4})`, '$1 $2'],
    ['Boom Lift', 'medium', String.raw`HA\d{2}[A-Z]*`],
  ],
};
