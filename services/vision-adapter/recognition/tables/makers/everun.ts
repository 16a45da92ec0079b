import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Everun',
  makes: ['Loader', 'Forklift'],
  models: [['Wheel Loader', 'strong', String.raw`ER\d{2,4}[A-Z]?`]],
};
