import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hidromek',
  makes: ['Excavator', 'Loader', 'Motor Grader', 'Roller'],
  models: [
    ['Excavator', 'strong', String.raw`(HMK)(\d{3})(LC|NLC|W)?(-\d)?`, '$1 $2 $3$4'],
    ['Backhoe Loader', 'strong', String.raw`(HMK)(62|102)([A-Z]{1,2})`, '$1 $2$3'],
  ],
};
