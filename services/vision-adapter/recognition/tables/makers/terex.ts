import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Terex',
  aliases: ['Terex', '特雷克斯'],
  makes: ['Dump Truck', 'Crane', 'Excavator', 'Loader', 'Telehandler', 'Aerial Work Platform'],
  models: [
    ['Articulated Hauler', 'medium', 'TA(?:25|27|30|35|40|300|400)'],
    ['Rigid Dump Truck', 'medium', 'TR(?:35|40|45|60|70|100)'],
    ['Mini Excavator', 'medium', String.raw`TC\d{2,3}`],
    ['Articulated Hauler', 'medium', String.raw`TA\d{2,3}(?:RS)?|[2-4][057]66C?|2[57]66[BC]`],
    ['Rigid Dump Truck', 'medium', String.raw`TR\d{2,3}|330[57][A-Z]?`],
    ['Mini Excavator', 'medium', String.raw`(?:TC|HR)\d{2,3}(?:-\d)?`],
    ['Wheeled Excavator', 'medium', String.raw`TW\d{2,3}(?:-\d)?`],
    ['Wheel Loader', 'medium', String.raw`TL\d{2,3}(?:-\d)?`],
    ['Backhoe Loader', 'medium', String.raw`(7[6]0|8[2-9]0|9[78]0)(B|SX|ELITE|LT)?|TLB\d{3}`],
    ['Mobile Crane', 'medium', String.raw`(AC)(\d{2,4})([/-]\d[A-Z]?)?`, '$1 $2$3'],
    ['Mobile Crane', 'medium', String.raw`(RT|TRT|RC|T)(\d{2,3})(-\d)?`, '$1 $2$3'],
    ['Material Handler', 'medium', String.raw`MHL\d{3}[A-F]?`],
  ],
};
