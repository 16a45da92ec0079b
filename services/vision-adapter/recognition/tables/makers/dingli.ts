import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Dingli',
  aliases: ['Dingli', '鼎力'],
  makes: ['Aerial Work Platform'],
  models: [
    ['Scissor Lift', 'strong', String.raw`JCPT\d{3,4}[A-Z]{0,3}\d?`],
    ['Boom Lift', 'strong', String.raw`B[AT]\d{2}[A-Z]{0,3}(?:RT)?`],
  ],
};
