import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Weidemann',
  makes: ['Loader', 'Telehandler'],
  models: [
    [
      'Wheel Loader',
      'medium',
      String.raw`[1-9][0-9][5-8]0[A-Z]{0,3}|[1-9]\d{2}0(?:LP|LPT|T|E|CX\d{2})?`,
    ],
    ['Wheel Loader', 'medium', String.raw`(1[01]\d0E?)(EHOFTRAC|HOFTRAC)`, '$1 $2'],
    ['Telehandler', 'medium', String.raw`T\d{4}[A-Z]?`],
  ],
};
