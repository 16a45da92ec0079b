import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'UniCarriers',
  aliases: ['UniCarriers', 'Atlet'],
  makes: ['Forklift'],
  models: [
    [
      'Forklift',
      'medium',
      String.raw`[A-Z]{1,3}\d[A-Z]\d{1,2}[A-Z]?\d{1,2}[A-Z]{0,2}|DX\d{2}|TX\d{2}|AG\d{2}`,
    ],
  ],
};
