import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Menzi Muck',
  aliases: ['Menzi Muck', 'Menzi'],
  makes: ['Excavator'],
  models: [['Wheeled Excavator', 'medium', String.raw`[AM]\d{2,3}`]],
};
