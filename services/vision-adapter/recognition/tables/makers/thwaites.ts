import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Thwaites',
  makes: ['Site Dumper'],
  models: [
    ['Site Dumper', 'strong', String.raw`(MACH)(\d{3,4})([A-Z]?)`, '$1 $2 $3'],
    ['Site Dumper', 'weak', String.raw`[2-9]\d{2}`],
  ],
};
