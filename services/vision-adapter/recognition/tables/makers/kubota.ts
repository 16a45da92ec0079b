import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kubota',
  aliases: ['Kubota', 'クボタ', '久保田'],
  makes: ['Excavator', 'Loader', 'Site Dumper'],
  models: [
    ['Mini Excavator', 'alone', String.raw`KX\d{2,3}-\d(?:[A-Z]{0,2}|AII|ALPHA)`],
    ['Mini Excavator', 'strong', String.raw`(KX)-(\d{3}-\d[A-Z]{0,2})`, '$1$2'],
    [
      'Mini Excavator',
      'strong',
      String.raw`(KX\d{2,3}(?:-\d)?[A-Z]{0,2})(ALPHA|S2|GLOBAL)?`,
      '$1 $2',
    ],
    ['Mini Excavator', 'medium', String.raw`(U\d{2}-\d[A-Z]{0,2}(?:II)?)(ALPHA|S|SL|HI)?`, '$1 $2'],
    ['Mini Excavator', 'medium', String.raw`K008(?:-T?\d[A-Z]?)?`],
    ['Mini Excavator', 'weak', 'U(?:10|15|17|20|25|27|30|35|36|45|48|50|55|56)'],
    ['Compact Track Loader', 'strong', String.raw`SVL\d{2,3}(?:-\d[A-Z]?)?`],
    ['Skid Steer Loader', 'strong', String.raw`SSV\d{2}[A-Z]{0,2}`],
    ['Wheel Loader', 'medium', String.raw`RT?\d{3}(?:-\d)?`],
    ['Site Dumper', 'medium', String.raw`KC\d{2,3}[A-Z]*(?:-\d)?`],
    ['Wheel Loader', 'medium', String.raw`R\d{3}(?:S|H|HW|W)?(?:-\d)?`],
    ['Compact Track Loader', 'medium', String.raw`SCL\d{3,4}`],
    ['Site Dumper', 'medium', String.raw`KC\d{2,3}[A-Z]*-?\d?`],
  ],
};
