import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hymac',
  makes: ['Excavator'],
  models: [['Excavator', 'medium', String.raw`\d{3,4}[A-DG]{0,2}`]],
};
