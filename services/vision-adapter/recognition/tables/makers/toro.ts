import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Toro',
  aliases: ['Toro Dingo'],
  words: ['TORO'],
  makes: ['Loader', 'Trencher'],
  models: [
    ['Loader', 'medium', String.raw`(TX)(\d{3,4})([A-Z]?)`, '$1 $2$3'],
    ['Loader', 'medium', String.raw`(DINGO)?(TX|TXL|E)-?(\d{3,4})`, '$1 $2 $3'],
  ],
};
