import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ljungby',
  aliases: ['Ljungby Maskin'],
  words: ['LJUNGBY'],
  makes: ['Loader'],
  models: [['Wheel Loader', 'medium', String.raw`L\d{1,2}(?:[A-Z]{1,2})?`]],
};
