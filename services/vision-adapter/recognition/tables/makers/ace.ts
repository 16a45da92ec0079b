import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'ACE',
  aliases: ['Action Construction Equipment'],
  words: ['ACE'],
  makes: ['Crane', 'Loader', 'Forklift'],
  models: [
    ['Mobile Crane', 'medium', String.raw`(?:FX|SX|NX|NXP|RHINO|F|NXT)-?\d{2,3}[A-Z]?`],
    ['Backhoe Loader', 'medium', String.raw`AX-?1[23]\d[A-Z]?`],
  ],
};
