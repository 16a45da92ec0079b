import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'MEC',
  aliases: [],
  words: ['MEC'],
  makes: ['Aerial Work Platform'],
  models: [
    [
      'Scissor Lift',
      'strong',
      String.raw`(?:MICRO)?\d{4}(?:ES|SE|RT|ERT|CRT|XRT|SLIDER|ED)|MMAE\d{2}|\d{2}-J`,
    ],
  ],
};
