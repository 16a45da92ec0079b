import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Carmix',
  makes: ['Concrete Pump'],
};
