import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Putzmeister',
  former: ['Intermix'],
  makes: ['Concrete Pump'],
  models: [
    ['Concrete Pump', 'strong', String.raw`(BSF)(\d{2}-\d\.\d{2})((?:HLS|H)?)`, '$1 $2 $3'],
    ['Concrete Pump', 'strong', String.raw`(BSA)(\d{3,5})((?:D|E|HD|HPD|SHPD|HP)?)`, '$1 $2 $3'],
    ['Concrete Pump', 'medium', String.raw`M\d{2}-\d`],
    ['Concrete Pump', 'medium', String.raw`(P|TK)(\d{2,3})`, '$1 $2'],
    ['Concrete Pump', 'strong', String.raw`(PUMI)(\d{2}-\d\.\d{2,3})`, '$1 $2'],
  ],
};
