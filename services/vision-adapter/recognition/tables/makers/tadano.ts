import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Tadano',
  aliases: ['Tadano', 'タダノ', '多田野'],
  former: ['Faun'],
  makes: ['Crane'],
  models: [
    ['Mobile Crane', 'strong', String.raw`(ATF)(\d{2,3}G?)(-\d(?:\.\d|L)?)?`, '$1 $2$3'],
    [
      'Mobile Crane',
      'strong',
      String.raw`(GR|GT|GTC|TR|TL|TG|GA|GS)-?(\d{3,4}[A-Z]{0,3})(-\d)?`,
      '$1-$2$3',
    ],
    ['Mobile Crane', 'strong', String.raw`(AC)(\d\.\d{3}L?)(-\d)?`, '$1 $2$3'],
    ['Mobile Crane', 'strong', String.raw`(ATF|GR|AC)-?(\d{2,4}[A-Z]?)(-\d)?`, '$1 $2$3'],
  ],
};
