import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Multione',
  aliases: ['Multione', 'CSF Multione'],
  makes: ['Loader'],
  models: [
    ['Loader', 'medium', String.raw`\d{1,2}\.\d(?:S|K|SK|SD|\+)?`],
    ['Loader', 'medium', String.raw`(?:EZ|S|GT|SL|SD)\d{1,4}`],
  ],
};
