import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Kobelco',
  aliases: ['Kobelco', 'コベルコ', '神钢', '神鋼'],
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
    ['Mini Excavator', 'medium', String.raw`SK0?\d{2}(?:SR|SRX|UR|P|MSR)*${version}`],
    [
      'Excavator',
      'strong',
      String.raw`SK(?:[6-9]\d|[1-9]\d{2,3})(?:SR|SRX|SRLC|SRNLC|LC|NLC|DLC|HLC|MSR|CS|UR|D|N|H|P|HD)*${version}`,
    ],
    ['Excavator', 'medium', String.raw`ED\d{3}(?:LC)?${version}`],
    [
      'Crawler Crane',
      'medium',
      String.raw`(?:CKE|CKS|CK|SL|BM|BME|TK)\d{3,4}(?:G|S|HD)?(?:-\d[A-Z]?)?`,
    ],
    ['Crawler Crane', 'weak', String.raw`7\d{3}`],
  ],
};
