import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Soilmec',
  makes: ['Drilling Rig'],
  models: [
    ['Drilling Rig', 'strong', String.raw`(SR|SM|SF|PSM|SC|CM)-?(\d{1,3})([A-Z]{0,3})`, '$1-$2 $3'],
  ],
};
