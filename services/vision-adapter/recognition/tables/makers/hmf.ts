import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'HMF',
  aliases: [],
  words: ['HMF'],
  makes: ['Crane'],
  models: [['Loader Crane', 'strong', String.raw`(\d{3,4})-?(K\d|OK\d|KT?\d?)?`, '$1-$2']],
};
