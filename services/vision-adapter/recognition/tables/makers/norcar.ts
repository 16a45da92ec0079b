import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Norcar',
  makes: ['Loader'],
  models: [
    ['Loader', 'medium', String.raw`A(\d{2,4}E?)`, 'a$1'],
    ['Loader', 'medium', String.raw`7\d{2}XC`],
  ],
};
