import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Tadano',
  makes: ['Crane'],
  models: [['Mobile Crane', 'strong', String.raw`(ATF|GR|AC)-?(\d{2,4}[A-Z]?)(-\d)?`, '$1 $2$3']],
};
