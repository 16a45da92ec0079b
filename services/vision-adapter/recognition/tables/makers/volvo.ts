import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Volvo',
  aliases: ['Volvo', 'Volvo CE', 'Volvo Construction Equipment'],
  vehicles: /^(?:F[HM]X?\d{0,3}|F[EL]\d{0,3}|XC[4-9]0|[SV][4-9]0)$/u,
  makes: [
    'Excavator',
    'Loader',
    'Motor Grader',
    'Dump Truck',
    'Roller',
    'Asphalt Paver',
    'Pipelayer',
  ],
  models: [
    [
      'Mini Excavator',
      'medium',
      '(?:EC|ECR)(?:1[0-9]|2[0-9]|3[05-9]|4[05-8]|5[0-9]|60)[A-F]?(?:XT|XTV|PRO|PLUS)?',
    ],
    ['Mini Excavator', 'medium', '(ECR?)(18|25)ELECTRIC', '$1$2 Electric'],
    [
      'Excavator',
      'alone',
      String.raw`EC(?:7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2})[A-F]?(?:LC|LD|LR|LM|NL|NLC|HR|EHR|L|N)?`,
    ],
    ['Excavator', 'alone', String.raw`ECR(?:8[0-9]|[1-3]\d{2})[A-F]?(?:LC|NL|L)?`],
    ['Wheeled Excavator', 'medium', String.raw`EWR?(?:\d{2}|\d{3})[A-F]?(?:MH)?`],
    [
      'Wheel Loader',
      'medium',
      'L(?:20|25|28|30|32|35|40|45|50|60|70|90|105|110|120|150|180|200|220|250|260|330|350|360)[A-H]2?',
    ],
    [
      'Wheel Loader',
      'weak',
      'L(?:20|25|28|30|35|45|50|60|70|90|110|120|150|180|220|250|260|330|350)',
    ],
    ['Articulated Hauler', 'medium', '(A(?:20|25|30|35|40|45|50|60))([C-H])((?:FS)?)', '$1$2$3'],
    ['Articulated Hauler', 'weak', 'A(?:20|25|30|35|40|45|50|60)'],
    ['Rigid Dump Truck', 'medium', 'R(?:60|70|85|100)[DE]'],
    ['Backhoe Loader', 'medium', 'BL(?:60|61|70|71)(?:B|PLUS)?'],
    [
      'Single Drum Roller',
      'medium',
      String.raw`SD(?:25|45|70|75|77|100|105|110|115|116|122|130|135|160|190|200)[A-F]{0,2}`,
    ],
    [
      'Tandem Roller',
      'medium',
      String.raw`DD(?:15|16|24|25|29|30|31|38|70|80|85|90|95|100|105|110|112|118|120|128|132|138|140)[A-F]{0,3}`,
    ],
    ['Pneumatic Roller', 'medium', 'PT(?:125|220|240)R{0,2}C?'],
    ['Asphalt Paver', 'medium', String.raw`P[2-8]\d{3}[A-D]?`],
    [
      'Motor Grader',
      'medium',
      'G(?:710|720|726|730|740|746|780|930|940|946|960|970|976|990)[A-C]?',
    ],
    [
      'Skid Steer Loader',
      'medium',
      String.raw`MC(?:60|70|80|85|90|95|105|110|115|125|135|155)[A-D]?`,
    ],
    ['Compact Track Loader', 'medium', String.raw`MCT(?:85|110|125|135|145)[A-D]`],
  ],
};
