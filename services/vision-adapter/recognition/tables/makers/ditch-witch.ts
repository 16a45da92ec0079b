import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ditch Witch',
  makes: ['Trencher', 'Loader', 'Drilling Rig'],
  models: [
    ['Trencher', 'medium', String.raw`(?:RT|HT|C)\d{2,3}X?|R300`],
    ['Loader', 'medium', String.raw`(?:SK|XT)\d{3,4}`],
    ['Drilling Rig', 'medium', String.raw`(JT|AT)(\d{1,4}L?)((?:ALLTERRAIN|MACH1)?)`, '$1$2 $3'],
    ['Trencher', 'weak', String.raw`1[02-9][0-9]0|[3-8]\d10|3500|3700|8020`],
  ],
};
