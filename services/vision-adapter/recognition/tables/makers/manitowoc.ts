import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Manitowoc',
  makes: ['Crane'],
  models: [
    ['Crawler Crane', 'strong', String.raw`MLC\d{2,3}A?(?:-\d)?`],
    ['Crawler Crane', 'strong', String.raw`(?:39|40|41)00W|\d{4,5}A?-\d`],
    ['Crawler Crane', 'weak', '555|777|888|999|2250|4100|4600|3900|8500|1[0-8]000|21000|31000'],
  ],
};
