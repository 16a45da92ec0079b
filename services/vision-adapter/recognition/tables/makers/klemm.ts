import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Klemm',
  aliases: ['Klemm Bohrtechnik'],
  words: ['KLEMM'],
  makes: ['Drilling Rig'],
  models: [['Drilling Rig', 'strong', String.raw`(KR)(\d{3,4}(?:-\d)?)([A-Z]{0,3})`, '$1 $2 $3']],
};
