import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Niftylift',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    [
      'Boom Lift',
      'strong',
      String.raw`(HR|SD|TD|TM)(\d{2,3})((?:N|NDE|D|E|L|T|H|HYBRID|4X4|MK2)?)`,
      '$1$2 $3',
    ],
    ['Boom Lift', 'medium', '(90|120|140|150|170|210)(T|H|TE|TPE|HAC)'],
    ['Boom Lift', 'weak', '90|120|140|170|210'],
  ],
};
