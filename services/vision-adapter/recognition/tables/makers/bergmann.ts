import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Bergmann',
  aliases: [],
  words: ['BERGMANN'],
  makes: ['Site Dumper', 'Dump Truck'],
};
