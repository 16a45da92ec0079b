import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kubota',
  aliases: ['Kubota', 'クボタ'],
  makes: ['Excavator', 'Loader', 'Site Dumper'],
  models: [
    ['Mini Excavator', 'alone', String.raw`(KX)(\d{3})-(\d)(A?)`, '$1$2-$3$4'],
    [
      'Mini Excavator',
      'strong',
      String.raw`(KX)-?(\d{2,3})-?(\d)((?:ALPHA|A|GLOBAL)?)`,
      '$1$2-$3$4',
    ],
    ['Mini Excavator', 'strong', String.raw`KX\d{2,3}`],
    ['Mini Excavator', 'medium', String.raw`U\d{2}-\d[A-Z]?|K008(?:-\d[A-Z]?)?`],
    ['Mini Excavator', 'weak', 'U(?:10|15|17|20|25|27|30|35|36|45|48|50|55|56)'],
    ['Compact Track Loader', 'strong', String.raw`SVL\d{2,3}(?:-\d[A-Z]?)?`],
    ['Skid Steer Loader', 'strong', String.raw`SSV\d{2}[A-Z]?`],
    ['Wheel Loader', 'medium', String.raw`RT?\d{3}(?:-\d)?`],
    ['Site Dumper', 'medium', String.raw`KC\d{2,3}[A-Z]*(?:-\d)?`],
  ],
};
