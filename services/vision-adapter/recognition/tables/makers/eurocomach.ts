import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Eurocomach',
  makes: ['Excavator', 'Loader'],
  models: [
    ['Mini Excavator', 'strong', String.raw`ES\d{2,3}[A-Z]{0,3}\d?`],
    ['Mini Excavator', 'strong', String.raw`ES\d{2,3}(?:\.\d)?[A-Z]{0,3}\d?`],
  ],
};
