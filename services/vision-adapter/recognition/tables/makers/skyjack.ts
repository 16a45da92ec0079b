import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Skyjack',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Scissor Lift', 'strong', String.raw`SJ(?:III)?\d{4}[A-Z]*`],
    ['Scissor Lift', 'strong', String.raw`(SJ(?:III)?)(\d{4})((?:RTE?|MICRO)?)`, '$1$2 $3'],
    ['Boom Lift', 'strong', String.raw`(SJ)(\d{2})(AJ|T|ARJE|AJE|TE|AJHC3)(\+?)`, '$1$2 $3$4'],
    ['Telehandler', 'strong', String.raw`(SJ)(\d{3,4})(THS?)`, '$1$2 $3'],
  ],
};
