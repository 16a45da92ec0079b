import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Lonking',
  aliases: ['Lonking', '龙工'],
  makes: ['Loader', 'Excavator', 'Forklift'],
  models: [
    ['Wheel Loader', 'medium', String.raw`(?:CDM|LG)8\d{2}[A-Z]?`],
    ['Excavator', 'medium', String.raw`(?:CDM|LG)6\d{3}[A-Z]{0,2}`],
  ],
};
