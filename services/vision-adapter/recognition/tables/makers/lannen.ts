import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Lännen',
  aliases: ['Lännen'],
  makes: ['Loader'],
  models: [['Backhoe Loader', 'medium', String.raw`8\d{3}[A-Z]?`]],
};
