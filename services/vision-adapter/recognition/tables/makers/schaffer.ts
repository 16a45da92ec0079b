import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Schäffer',
  aliases: ['Schäffer', 'Schaeffer'],
  makes: ['Loader', 'Telehandler'],
};
