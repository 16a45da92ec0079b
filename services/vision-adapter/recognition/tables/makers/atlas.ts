import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Atlas',
  aliases: ['Atlas Maschinen'],
  words: ['ATLAS'],
  makes: ['Excavator', 'Loader', 'Crane'],
};
