import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Bergmann',
  aliases: [],
  words: ['BERGMANN'],
  makes: ['Site Dumper', 'Dump Truck'],
  models: [
    ['Site Dumper', 'medium', String.raw`[1-9]0\d{2}[A-Z]{0,3}|10\d{2}M?`],
    ['Site Dumper', 'medium', String.raw`[CM]\d{3,4}S?`],
  ],
};
