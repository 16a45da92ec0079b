import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Omme Lift',
  aliases: ['Omme Lift'],
  words: ['OMME'],
  makes: ['Aerial Work Platform'],
  models: [
    ['Boom Lift', 'strong', String.raw`\d{4}(?:RXJ|RBDJ|RJ|EX|EBZX|EBDX|EZX|E|RE|RXBDJ|RBD|ZX)+`],
  ],
};
