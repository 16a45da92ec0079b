import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Paus',
  aliases: ['Hermann Paus'],
  words: ['PAUS'],
  makes: ['Loader', 'Dump Truck'],
  models: [['Wheel Loader', 'medium', String.raw`(RL|SL|TSL|PFL)(\d{1,3})([A-Z]?)`, '$1 $2$3']],
};
