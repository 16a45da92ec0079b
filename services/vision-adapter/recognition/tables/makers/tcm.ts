import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'TCM',
  aliases: ['TCM Forklift'],
  words: ['TCM'],
  makes: ['Forklift', 'Loader'],
  models: [
    [
      'Forklift',
      'strong',
      String.raw`F[BDGH][A-Z]?\d{2,3}[A-Z]{0,2}(?:-?[A-Z]?\d{1,2}[A-Z]{0,2})?`,
    ],
    ['Wheel Loader', 'medium', String.raw`L\d{1,2}(?:-\d)?|8\d{2}`],
  ],
};
