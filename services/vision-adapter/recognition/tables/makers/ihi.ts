import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'IHI',
  makes: ['Excavator', 'Crane'],
  models: [['Mini Excavator', 'strong', String.raw`\d{2}(?:VX|NX|JX)-?\d?`]],
};
