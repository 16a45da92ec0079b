import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kramer',
  aliases: [],
  words: ['KRAMER'],
  makes: ['Loader', 'Telehandler'],
  models: [
    ['Wheel Loader', 'medium', String.raw`(?:50|80)\d{2}[A-Z]?|81\d{2}[A-Z]?|KL\d{2}\.\d[A-Z]?`],
    ['Telehandler', 'medium', String.raw`[1-5][0-9]{3}E?|KT\d{3,4}`],
    ['Wheel Loader', 'weak', '[1-9][0-9]0|1150'],
  ],
};
