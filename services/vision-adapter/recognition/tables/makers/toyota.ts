import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Toyota',
  aliases: ['Toyota Material Handling', 'Toyota Industries', '豊田自動織機', '丰田叉车'],
  words: ['TOYOTA'],
  makes: ['Forklift', 'Loader'],
  models: [['Forklift', 'strong', String.raw`(?:\d{2}-)?\d(?:FB|FD|FG|HB)[A-Z]{0,4}\d{2,3}[A-Z]?`]],
};
