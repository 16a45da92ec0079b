import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'XGMA',
  aliases: ['XGMA', '厦工'],
  makes: ['Loader', 'Excavator', 'Forklift'],
  models: [
    ['Wheel Loader', 'strong', String.raw`XG9\d{2}(?:[IVX]{1,3}|[A-Z]{0,2})`],
    ['Excavator', 'strong', String.raw`XG8\d{2,3}[A-Z]{0,3}`],
  ],
};
