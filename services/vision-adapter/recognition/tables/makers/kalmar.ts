import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kalmar',
  aliases: ['Kalmar Industries'],
  words: ['KALMAR'],
  makes: ['Forklift'],
  models: [
    ['Forklift', 'strong', String.raw`(?:DC[DEFGT]|EC[FG]|DR[DFGSUT])\d{2,3}-\d{1,3}[A-Z0-9]{0,4}`],
  ],
};
