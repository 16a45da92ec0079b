import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Airo',
  aliases: ['Airo', 'Airo Tigieffe'],
  makes: ['Aerial Work Platform'],
  models: [
    [
      'Scissor Lift',
      'strong',
      String.raw`(X\d{2}|XS\d|XL\d{2}|SF\d{3,4})([A-Z]{1,3})?(-RTD|RTD|EN|EW)?`,
    ],
    ['Boom Lift', 'strong', String.raw`(SG)(\d{3,4})([A-Z]*)|(A\d{2})(J|JE|JRTD|JRTE|E)`],
  ],
};
