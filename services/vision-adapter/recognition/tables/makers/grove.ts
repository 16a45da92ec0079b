import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Grove',
  aliases: [],
  words: ['GROVE'],
  makes: ['Crane'],
  models: [
    [
      'Mobile Crane',
      'strong',
      String.raw`(?:GMK|GRT|RT|TMS|GSK|GCD|YB)-?\d{2,4}(?:X?L|[A-E])?(?:-\d)?`,
    ],
    ['Crawler Crane', 'strong', String.raw`GHC\d{2,3}`],
    ['Mobile Crane', 'strong', String.raw`GMK\d{4}[A-Z]?(?:-\d)?|RT\d{3,4}E?`],
  ],
};
