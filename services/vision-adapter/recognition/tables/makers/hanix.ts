import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hanix',
  makes: ['Excavator'],
  models: [['Mini Excavator', 'strong', String.raw`H\d{2}[A-Z]{0,2}(?:-\d)?`]],
};
