import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Atlas',
  aliases: ['Atlas Maschinen'],
  words: ['ATLAS'],
  makes: ['Excavator', 'Loader', 'Crane'],
  models: [
    ['Wheeled Excavator', 'medium', '(1[2-9]0[2-6])((?:M|ZW|K|KZW|LC)?)', '$1 $2'],
    ['Wheeled Excavator', 'medium', String.raw`\d{3}W(?:SR)?`],
    ['Material Handler', 'medium', String.raw`\d{3}MH`],
    ['Excavator', 'medium', String.raw`\d{3}LC`],
  ],
};
