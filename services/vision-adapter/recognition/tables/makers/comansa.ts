import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Comansa',
  aliases: ['Comansa', 'Linden Comansa'],
  makes: ['Crane'],
  models: [
    ['Tower Crane', 'medium', String.raw`(?:\d{1,2})?(?:LC|CM|CMA|LCL|LCH)\d{2,4}(?:-\d{1,3})?`],
  ],
};
