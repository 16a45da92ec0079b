import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Still',
  aliases: [],
  words: ['STILL'],
  makes: ['Forklift'],
  models: [
    ['Forklift', 'strong', String.raw`RX?C?\d{2}-\d{2}[A-Z]{0,2}`],
    [
      'Forklift',
      'strong',
      String.raw`(FM-X|EX[UVD](?:-S|-SF)?|EG[VU](?:-S)?|ECU)(\d{2})([A-Z]?)`,
      '$1 $2$3',
    ],
  ],
};
