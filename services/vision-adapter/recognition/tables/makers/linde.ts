import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Linde',
  aliases: ['Linde Material Handling'],
  words: ['LINDE'],
  former: ['Lansing'],
  makes: ['Forklift'],
  models: [['Forklift', 'medium', String.raw`[HETRLVNK]\d{2,3}(?:[A-Z]{1,3})?(?:[-/]\d{2,3})?`]],
};
