import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Dino',
  aliases: ['Dinolift'],
  words: ['DINO'],
  makes: ['Aerial Work Platform'],
  models: [['Boom Lift', 'strong', String.raw`\d{3}(?:XTS?|TB|XTC|RXT|VX|T|XTSII|XTCII)`]],
};
