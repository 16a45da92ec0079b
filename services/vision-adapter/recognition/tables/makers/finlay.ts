import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Finlay',
  aliases: ['Terex Finlay'],
  words: ['FINLAY'],
  makes: ['Crusher', 'Screener'],
  models: [
    ['Crusher', 'strong', String.raw`(J|I|C|LJ)-?(\d{3,4})([A-Z]{0,2}\+?)`, '$1-$2$3'],
    ['Screener', 'medium', String.raw`[68]\d{2}[A-Z]?\+?`],
  ],
};
