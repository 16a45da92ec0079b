import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Heli',
  aliases: ['安徽合力', '合力'],
  words: ['HELI'],
  makes: ['Forklift', 'Loader'],
  models: [['Forklift', 'strong', String.raw`CP(?:CD|QYD|QD|D|YD)\d{2,3}[A-Z]?`]],
};
