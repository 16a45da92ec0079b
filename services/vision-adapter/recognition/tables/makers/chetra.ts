import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Chetra',
  aliases: ['Chetra', 'Четра'],
  makes: ['Bulldozer', 'Loader', 'Pipelayer'],
  models: [['Bulldozer', 'medium', String.raw`[TТ]-?\d{1,2}(?:\.\d{2})?`]],
};
