import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Doosan',
  aliases: ['Doosan', 'Doosan Infracore', '斗山', '두산', '두산인프라코어'],
  makes: ['Excavator', 'Loader', 'Dump Truck', 'Forklift'],
  renamed: {
    name: 'Develon',
    former: ['Daewoo'],
    makes: ['Excavator', 'Loader', 'Dump Truck', 'Bulldozer'],
  },
  models: [
    [
      'Mini Excavator',
      'medium',
      String.raw`DX(?:1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|6[0-9])(?:Z|R|W|E)?${version}`,
    ],
    ['Wheeled Excavator', 'medium', String.raw`DX(?:5[0-9]|1[0-9]{2}|2[0-9]{2})W${version}`],
    [
      'Excavator',
      'strong',
      String.raw`DX(?:[78]\d|[1-9]\d{2,3})(?:LC|LCR|NLC|LCA|R|HD)*${version}`,
    ],
    ['Excavator', 'medium', String.raw`(?:SOLAR|S)\d{2,3}(?:LC|NLC|W)*-(?:V|III|\d)`],
    ['Wheel Loader', 'medium', String.raw`DL(?:\d{2,3})(?:TC|XTC|A)?${version}`],
    ['Articulated Hauler', 'medium', String.raw`DA(?:30|40|45)${version}`],
    ['Bulldozer', 'medium', String.raw`DD(?:100|130)${version}`],
    ['Mini Excavator', 'medium', String.raw`DX\d{2}(?:Z|ZE|R|E)?${version}`],
    ['Wheeled Excavator', 'medium', String.raw`DX\d{2,3}W(?:R|MH|C)?${version}`],
    [
      'Excavator',
      'strong',
      String.raw`DX\d{2,4}(?:LC|NLC|LCR|DM|RDM|NHD|LL|SLR|R|LCA|HD|PC|MH)*${version}`,
    ],
    ['Articulated Hauler', 'medium', String.raw`DA(?:25|30|40|45)${version}`],
    ['Wheel Loader', 'medium', String.raw`DL\d{2,3}(?:TC|XTC|CVT|A)?${version}`],
    [
      'Excavator',
      'medium',
      String.raw`(SOLAR)(\d{2,3})((?:LC|NLC|W|LCR|LL)*)(-(?:III|V|\d)[A-Z]?)?`,
      '$1 $2$3$4',
    ],
    [
      'Wheel Loader',
      'medium',
      String.raw`(MEGA)(\d{3})(-(?:III|V|\d)[A-Z]?)?((?:TC)?)`,
      '$1 $2$3 $4',
    ],
    ['Forklift', 'medium', String.raw`[DGB]\d{2}[A-Z]{1,2}-\d[A-Z]?`],
  ],
};
