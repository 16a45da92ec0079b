import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Avant',
  aliases: ['Avant Tecno'],
  words: ['AVANT'],
  makes: ['Loader'],
};
