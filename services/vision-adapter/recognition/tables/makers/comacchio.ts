import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Comacchio',
  makes: ['Drilling Rig'],
  models: [
    ['Drilling Rig', 'strong', String.raw`(MC|CH|GEO|MP)-?(\d{1,4})([A-Z]{0,3})`, '$1 $2 $3'],
  ],
};
