import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Casagrande',
  makes: ['Drilling Rig'],
  models: [
    [
      'Drilling Rig',
      'strong',
      String.raw`(B|C|M|FC)(\d{2,3})([A-Z]{0,3}(?:-\d)?)((?:XP|XP-2)?)`,
      '$1$2 $3 $4',
    ],
  ],
};
