import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Case',
  aliases: ['Case CE', 'Case Construction', 'Case Poclain'],
  words: ['CASE'],
  makes: ['Excavator', 'Loader', 'Bulldozer', 'Motor Grader', 'Telehandler', 'Roller'],
  models: [
    ['Backhoe Loader', 'medium', '(5[789]0|69[05]|75[05])(SUPER|S)([ELMNKR]{1,2})', '$1 Super $3'],
    ['Backhoe Loader', 'medium', '(5[789]0|69[05]|851)(ST|SR|SV|SN|EV|EP|T|SM|SLE|SK|SL|K|N|L|G)'],
    ['Backhoe Loader', 'weak', '580|590|695'],
    [
      'Excavator',
      'strong',
      String.raw`(CX)(7[05]|[89]\d|[1-9]\d{2})([A-F]?)((?:SR|MSR|NLC|LC|RTC|HD)?)`,
      '$1$2$3 $4',
    ],
    ['Mini Excavator', 'strong', String.raw`CX(?:1[5-9]|2\d|3\d|4\d|5\d|60)[A-E]?(?:ZTS|MR|SR)?`],
    ['Wheeled Excavator', 'medium', String.raw`WX\d{3}(?:SR)?`],
    ['Wheel Loader', 'medium', '(?:[56789]21|1021|1121)[B-H]2?'],
    ['Wheel Loader', 'weak', '[56789]21|1021|1121'],
    ['Skid Steer Loader', 'medium', String.raw`S[RV]\d{3}B?`],
    ['Compact Track Loader', 'medium', String.raw`T[RV]\d{3}B?`],
    ['Bulldozer', 'medium', '(?:[678]50|1150|1650|2050)[E-N](?:LGP|WT|LT|XLT)?'],
    ['Motor Grader', 'medium', '8[468]5B?'],
  ],
};
