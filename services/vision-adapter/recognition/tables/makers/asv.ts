import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'ASV',
  aliases: ['ASV Posi-Track'],
  words: ['ASV'],
  makes: ['Loader'],
  models: [['Compact Track Loader', 'medium', String.raw`(?:RT|PT|RC|VT)-?\d{2,3}[A-Z]{0,2}`]],
};
