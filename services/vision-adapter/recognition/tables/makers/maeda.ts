import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Maeda',
  aliases: ['前田製作所'],
  words: ['MAEDA'],
  makes: ['Crane'],
  models: [['Mobile Crane', 'strong', String.raw`(?:MC|CC|LC)\d{3,4}[A-Z]{0,3}(?:-\d[A-Z]?)?`]],
};
