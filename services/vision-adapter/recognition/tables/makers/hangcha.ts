import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hangcha',
  aliases: ['Hangcha', '杭叉'],
  makes: ['Forklift'],
  models: [
    ['Forklift', 'strong', String.raw`CP(?:CD|QYD|QD|D|YD)\d{2,3}[A-Z0-9]{0,4}(?:-[A-Z0-9]{2,6})?`],
  ],
};
