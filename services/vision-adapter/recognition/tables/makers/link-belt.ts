import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Link-Belt',
  makes: ['Excavator', 'Crane'],
  models: [
    ['Excavator', 'strong', String.raw`\d{3}X\d(?:LF|EX|MSR|HW)?`],
    ['Excavator', 'strong', String.raw`(\d{2,3}X\d)((?:LF|EX|MSR|HW|SB|SPINACE|MINING)?)`, '$1 $2'],
    ['Excavator', 'medium', String.raw`\d{4}Q|460LX`],
    [
      'Mobile Crane',
      'strong',
      String.raw`(ATC|HTC|RTC|TCC|HTT)-?(\d{3,5})((?:SL|LB|XL|II)?)`,
      '$1-$2 $3',
    ],
    ['Mobile Crane', 'strong', String.raw`(\d{2,3})(RT|AT|HT|TT)`, '$1$2'],
  ],
};
