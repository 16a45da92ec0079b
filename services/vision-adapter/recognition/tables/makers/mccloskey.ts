import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'McCloskey',
  makes: ['Crusher', 'Screener'],
  models: [
    ['Crusher', 'medium', String.raw`(J|I|C)(\d{2,3}[A-Z]?R?)(V\d)?`, '$1$2$3'],
    ['Screener', 'medium', String.raw`[SR]\d{2,3}|621`],
  ],
};
