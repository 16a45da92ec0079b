import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Teupen',
  makes: ['Aerial Work Platform'],
  models: [
    ['Boom Lift', 'strong', String.raw`(LEO)(\d{2}[A-Z]{1,3})(PLUS)?`, 'LEO$2 $3'],
    ['Boom Lift', 'medium', String.raw`TL\d{2}[A-Z]{0,2}|TC\d{2}[A-Z]`],
  ],
};
