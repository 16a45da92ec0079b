import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sinoboom',
  aliases: ['Sinoboom', '星邦'],
  makes: ['Aerial Work Platform'],
  models: [
    ['Scissor Lift', 'strong', String.raw`\d{4}(?:SE|E|ME|RD|RE|DC)|GTJZ\d{4}`],
    ['Boom Lift', 'strong', String.raw`(?:AB|TB)\d{2}[A-Z]{0,3}(?:PLUS)?`],
  ],
};
