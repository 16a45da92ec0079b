import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Unic',
  aliases: ['Furukawa Unic'],
  words: ['UNIC'],
  makes: ['Crane'],
  models: [
    ['Mobile Crane', 'strong', String.raw`URW-?\d{3,4}[A-Z]{0,4}\d?`],
    ['Loader Crane', 'strong', String.raw`UR-?V?\d{2,4}[A-Z]{0,2}`],
  ],
};
