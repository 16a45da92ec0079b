import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Schwing',
  makes: ['Concrete Pump'],
  models: [
    ['Concrete Pump', 'medium', String.raw`(S)(\d{2})((?:X|SXF?|XT|EZ|XI|SXT)?)`, '$1 $2 $3'],
    ['Concrete Pump', 'strong', String.raw`(KVM|BPL|BPA|BP|FBP)(\d{2,4})((?:X|XL)?)`, '$1 $2 $3'],
    ['Concrete Pump', 'medium', String.raw`(SP)(\d{3,4}(?:-\d{2})?)(D?)`, '$1 $2 $3'],
  ],
};
