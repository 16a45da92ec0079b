import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Metso',
  aliases: ['Metso', 'Metso Outotec', 'Lokotrack', 'Nordberg'],
  makes: ['Crusher', 'Screener'],
  models: [
    ['Crusher', 'strong', String.raw`(LT)(\d{2,4}[A-Z]?)([A-Z]?)`, '$1$2$3'],
    ['Screener', 'strong', String.raw`ST\d{1,2}\.\d|ES\d{3}`],
    ['Crusher', 'medium', String.raw`C\d{2,3}|HP\d{1,3}|GP\d{2,3}S?|MP\d{3,4}`],
  ],
};
