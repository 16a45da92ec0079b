import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'JLG',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Boom Lift', 'strong', String.raw`E?\d{3,4}(?:AJ|SJ|AJP|AJPN|SC)`],
    ['Scissor Lift', 'medium', String.raw`(?:ES|R|RT)?\d{4}(?:ES|R|LE|RT)`],
  ],
};
