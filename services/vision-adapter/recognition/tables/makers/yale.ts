import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Yale',
  aliases: ['Yale Materials Handling'],
  words: ['YALE'],
  makes: ['Forklift'],
  models: [
    [
      'Forklift',
      'strong',
      String.raw`(?:GLP|GDP|GLC|GTP|GP|ERP|ERC|MPB|MPE|NR|NDR|OS|MR|MS|MP)\d{2,3}[A-Z]{0,3}\d{0,2}`,
    ],
  ],
};
