import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Avant',
  aliases: ['Avant Tecno'],
  words: ['AVANT'],
  makes: ['Loader'],
  models: [
    ['Loader', 'medium', String.raw`[2-9]\d{2}(?:I|S|LPG)?|E\d{1,3}|R(?:20|28|35)|M500`],
    ['Loader', 'medium', String.raw`(5\d{2})(RLC|LPG)`, '$1 $2'],
  ],
};
