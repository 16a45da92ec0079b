import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Lonking',
  aliases: ['Lonking', '龙工'],
  makes: ['Loader', 'Excavator', 'Forklift'],
};
