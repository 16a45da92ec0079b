import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Bluelift',
  aliases: ['Bluelift', 'Ruthmann Bluelift', 'Ruthmann'],
  makes: ['Aerial Work Platform'],
  models: [
    ['Boom Lift', 'medium', String.raw`(SA|ST|C|T|TB|TBR)(\d{2,3}\+?)([A-Z]{0,3})`, '$1 $2 $3'],
  ],
};
