import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Fuchs',
  aliases: [],
  words: ['FUCHS'],
  makes: ['Material Handler'],
  models: [
    ['Material Handler', 'strong', String.raw`MHL\d{3}[A-F]?`],
    ['Material Handler', 'medium', String.raw`(?:MHL|AHL|RHL|F)\d{3}[A-F]?`],
  ],
};
