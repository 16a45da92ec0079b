import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'LGMG',
  aliases: ['LGMG', '临工重机'],
  makes: ['Aerial Work Platform', 'Dump Truck'],
  models: [
    ['Scissor Lift', 'strong', String.raw`(?:AS|SS|S|H)\d{4}(?:E|D|RT|AC|HD|II|W)*`],
    ['Boom Lift', 'strong', String.raw`[TAM]R?\d{2}(?:JE|J|E|D)*`],
    ['Rigid Dump Truck', 'strong', String.raw`(?:MT|CMT)\d{2,3}[A-Z]?`],
  ],
};
