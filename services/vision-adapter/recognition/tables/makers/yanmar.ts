import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Yanmar',
  aliases: ['Yanmar', 'ヤンマー', '洋马'],
  former: ['Schaeff', 'Terex Schaeff', 'Ammann-Yanmar'],
  makes: ['Excavator', 'Loader', 'Site Dumper'],
  models: [
    ['Mini Excavator', 'strong', String.raw`(VIO)(\d{2,3})([A-Z]?)(-\d?[A-Z]{0,2})?`, 'ViO$2$3$4'],
    ['Mini Excavator', 'medium', String.raw`SV\d{2,3}(?:EX|VT|[A-Z])?(?:-\d?[A-Z]{0,2})?`],
    ['Mini Excavator', 'medium', String.raw`B\d{1,2}[A-Z]?(?:-\d[A-Z]?)?`],
    ['Mini Excavator', 'medium', String.raw`(B\d{1,2})(SIGMA)(-\d[A-Z]?)?`, '$1 $2$3'],
    ['Site Dumper', 'medium', String.raw`C\d{1,3}R?(?:-?\d?[A-Z]{0,2})?`],
    ['Wheel Loader', 'medium', String.raw`V\d{1,3}[A-Z]?(?:-\d[A-Z]?)?`],
    ['Compact Track Loader', 'medium', String.raw`T\d{2,3}[A-Z]?`],
    ['Wheeled Excavator', 'medium', String.raw`B\d{2,3}W(?:-\d[A-Z]?)?`],

    ['Mini Excavator', 'alone', String.raw`(VIO)(\d{2,3})(-[0-9][A-Z]?)?`, 'ViO$2$3'],
    [
      'Mini Excavator',
      'medium',
      String.raw`SV\d{2,3}(?:-\d[A-Z]?)?|B(?:3|5|6|7|12|15|17|18|19|22|25|27|30|32|35|37|50|95)(?:-\d[A-Z]?)?`,
    ],
    ['Wheel Loader', 'medium', String.raw`V\d{1,2}(?:-\d)?`],
    ['Site Dumper', 'medium', String.raw`C\d{2}R(?:-\d[A-Z]*)?`],
    ['Wheeled Excavator', 'medium', String.raw`B\d{2,3}W(?:-\d)?`],
    ['Compact Track Loader', 'medium', String.raw`TL\d{2,3}[A-Z]{0,2}`],
  ],
};
