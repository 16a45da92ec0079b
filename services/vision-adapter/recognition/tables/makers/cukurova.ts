import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Çukurova',
  aliases: ['Çukurova'],
  makes: ['Loader'],
  models: [['Backhoe Loader', 'medium', '8[0-9]{2}S?|88[35]']],
};
