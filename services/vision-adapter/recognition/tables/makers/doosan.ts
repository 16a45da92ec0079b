import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Doosan',
  aliases: ['Doosan', 'Doosan Infracore'],
  makes: ['Excavator', 'Loader', 'Dump Truck', 'Forklift'],
  renamed: { name: 'Develon', makes: ['Excavator', 'Loader', 'Dump Truck', 'Bulldozer'] },
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
  ],
};
