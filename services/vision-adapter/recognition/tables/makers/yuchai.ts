import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Yuchai',
  aliases: ['Yuchai', '玉柴'],
  makes: ['Excavator'],
  models: [['Mini Excavator', 'strong', String.raw`YC\d{2,3}(?:SR)?(?:-\d)?`]],
};
