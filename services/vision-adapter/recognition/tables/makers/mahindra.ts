import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Mahindra',
  aliases: ['Mahindra Earthmaster', 'Earthmaster'],
  words: ['MAHINDRA'],
  makes: ['Loader', 'Motor Grader'],
  models: [['Backhoe Loader', 'medium', String.raw`(?:SX|VX|VXIV|SXIV)\d?`]],
};
