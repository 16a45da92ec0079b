import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Clark',
  aliases: ['Clark Material Handling', 'Clark Forklift'],
  words: ['CLARK'],
  makes: ['Forklift'],
  models: [
    ['Forklift', 'medium', String.raw`(?:C|S)\d{2,3}(?:SC|SD|[A-Z])?(?:\d{3})?`],
    [
      'Forklift',
      'strong',
      String.raw`(?:GTX|GEX|GTS|CMP|CGP|CGC|CDP|CTM|CEM|ECX|EPX|TMX|TM|DPM|EM|ESM|SRX|CRX|LWIO|WPIO)\d{2}[A-Z]?`,
    ],
  ],
};
