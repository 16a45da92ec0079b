import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'BEML',
  makes: ['Excavator', 'Bulldozer', 'Dump Truck', 'Motor Grader', 'Loader'],
  models: [
    ['Excavator', 'strong', String.raw`BE\d{3,4}[A-Z]?`],
    ['Bulldozer', 'strong', String.raw`BD\d{2,3}[A-Z]?`],
    ['Rigid Dump Truck', 'strong', String.raw`BH\d{2,3}[A-Z]?`],
    ['Motor Grader', 'strong', String.raw`BG\d{3}[A-Z]?`],
  ],
};
