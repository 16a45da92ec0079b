import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Genie',
  aliases: [],
  words: ['GENIE'],
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Scissor Lift', 'strong', String.raw`(GS)-?(\d{4})([A-Z]*)`, '$1-$2 $3'],
    ['Boom Lift', 'strong', String.raw`[SZ]X?-?\d{2,3}(?:/\d{2})?[A-Z]*`],
    ['Telehandler', 'strong', String.raw`GTH-?\d{4}[A-Z]*`],
  ],
};
