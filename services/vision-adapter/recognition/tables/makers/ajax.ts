import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ajax',
  aliases: ['Ajax Fiori', 'Ajax Engineering'],
  words: ['AJAX'],
  makes: ['Concrete Pump'],
};
