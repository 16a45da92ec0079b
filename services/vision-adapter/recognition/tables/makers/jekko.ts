import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Jekko',
  makes: ['Crane'],
  models: [['Mobile Crane', 'medium', String.raw`SPX\d{3,4}[A-Z]{0,4}|JF\d{3}|MPK\d{2}`]],
};
