import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Wolffkran',
  aliases: ['Wolffkran', 'Wolff'],
  makes: ['Crane'],
  models: [
    [
      'Tower Crane',
      'medium',
      String.raw`(\d{3,4})(B|FL|CS|US|EL|XL|CLEAR|SL|CROSS)|(\d{4})\.(\d{1,2})(CLEAR|CROSS|COMPACT)?`,
    ],
  ],
};
