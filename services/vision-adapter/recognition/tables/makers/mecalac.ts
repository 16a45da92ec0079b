import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Mecalac',
  former: ['Ahlmann', 'Benford', 'Fermec'],
  makes: ['Excavator', 'Loader', 'Site Dumper', 'Roller'],
  models: [
    ['Wheeled Excavator', 'medium', String.raw`(?:7|9|11|12|15)MWR|1[024]MTX`],
    ['Excavator', 'medium', '(?:6|8|10|15)MCR|15MC'],
    ['Wheel Loader', 'medium', String.raw`A[XS]\d{3,4}|AX[78]\d{2}`],
    ['Backhoe Loader', 'strong', String.raw`TLB\d{3}[A-Z]{0,3}`],
    ['Site Dumper', 'medium', String.raw`TA\d{1,2}[A-Z]{0,2}`],
    ['Wheeled Excavator', 'medium', String.raw`\d{1,2}M(?:WR|TX|SX|BX|XT|RX)|714MWE?`],
    ['Excavator', 'medium', String.raw`714MCE?|E12|\d{1,2}MCR?`],
    ['Wheel Loader', 'medium', String.raw`A[XSTL]\d{2,4}(?:S|E|TELE)?`],
    ['Site Dumper', 'medium', String.raw`TA\d{1,2}(?:\.\d)?[A-Z]{0,3}|(?:\d\.)?\dMDX`],
    ['Tandem Roller', 'medium', String.raw`TV\d{3,4}(?:DF|K)?|MBR\d{2}`],
  ],
};
