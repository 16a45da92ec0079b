import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sandvik',
  former: ['Tamrock', 'Extec', 'Fintec'],
  makes: ['Drilling Rig', 'Dump Truck', 'Loader'],
  models: [
    ['Drilling Rig', 'medium', String.raw`D[A-Z]\d{3,4}[A-Z]{0,3}|D\d{2,3}(?:KS|S|SP)`],
    ['Loader', 'medium', String.raw`LH\d{3}[A-Z]{0,2}`],
    ['Dump Truck', 'medium', String.raw`TH\d{3}[A-Z]{0,2}`],
  ],
};
