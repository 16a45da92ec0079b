import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Lovol',
  aliases: ['Lovol', 'Foton Lovol', '雷沃', '雷沃重工'],
  makes: ['Excavator', 'Loader'],
  models: [
    ['Excavator', 'strong', String.raw`FR\d{2,3}[A-Z]?\d?(?:-[A-Z0-9]{1,3})?`],
    ['Wheel Loader', 'strong', String.raw`FL\d{3}[A-Z]{0,2}`],
  ],
};
