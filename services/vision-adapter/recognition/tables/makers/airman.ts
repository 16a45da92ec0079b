import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Airman',
  makes: ['Excavator'],
  models: [['Mini Excavator', 'strong', String.raw`(?:AX|HM)\d{2}[A-Z]{0,4}(?:-\d[A-Z]?)?`]],
};
