import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kramer',
  aliases: [],
  words: ['KRAMER'],
  makes: ['Loader', 'Telehandler'],
};
