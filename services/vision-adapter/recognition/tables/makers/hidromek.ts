import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hidromek',
  makes: ['Excavator', 'Loader', 'Motor Grader', 'Roller'],
  models: [
    ['Wheel Loader', 'strong', String.raw`(HMK)(6\d{2})(WL)`, '$1 $2 $3'],
    ['Motor Grader', 'strong', String.raw`(HMK)(6\d{2})(MG)`, '$1 $2 $3'],
    ['Motor Grader', 'medium', String.raw`(HMK)?(MG)(\d{3})`, '$1 $2 $3'],
    ['Wheeled Excavator', 'strong', String.raw`(HMK)(\d{3})(WR?)(-\d)?`, '$1 $2 $3$4'],
    [
      'Excavator',
      'strong',
      String.raw`(HMK)(\d{2,3})(LC|NLC|SS)?(-\d)?((?:HD|SR|GEN)?)(-\d)?`,
      '$1 $2 $3$4 $5$6',
    ],
    ['Backhoe Loader', 'strong', '(HMK)(62|102)([A-Z]{1,2})((?:SUPRA|ALPHA)?)', '$1 $2 $3 $4'],

    ['Excavator', 'strong', String.raw`(HMK)(\d{3})(LC|NLC|W)?(-\d)?`, '$1 $2 $3$4'],
    ['Backhoe Loader', 'strong', String.raw`(HMK)(62|102)([A-Z]{1,2})`, '$1 $2$3'],
  ],
};
