import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kobelco',
  makes: ['Excavator', 'Crane'],
  models: [
    [
      'Mini Excavator',
      'medium',
      String.raw`SK(?:0[0-9]|1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9])(?:SR|SRX|UR)*${version}`,
    ],
    [
      'Excavator',
      'strong',
      String.raw`SK(?:[6-9]\d|[1-9]\d{2,3})(?:SR|SRLC|SRNLC|LC|NLC|D|DLC|HD)*${version}`,
    ],
  ],
};
