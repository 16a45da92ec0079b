import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hamm',
  aliases: ['悍马压路机'],
  words: ['HAMM'],
  makes: ['Roller'],
  models: [
    [
      'Tandem Roller',
      'strong',
      String.raw`(H[DX]\+?|DV\+?)(\d{1,3}[CEI]?)([A-Z]{0,3})`,
      '$1 $2 $3',
    ],
    ['Single Drum Roller', 'medium', String.raw`(H|HC)([1-9]\d{0,2}IX?)(P|VC|C)?`, '$1 $2 $3'],
    ['Single Drum Roller', 'medium', String.raw`([23][2-6]\d{2}|311)(HT)?(D|P)?`, '$1 $2 $3'],
    ['Pneumatic Roller', 'medium', String.raw`(GRW|HP)(\d{1,3}I?)(-\d{2})?`, '$1 $2$3'],

    ['Tandem Roller', 'medium', String.raw`(H[DX])(\+?\d{1,3}I?)([A-Z]{0,3})`, '$1 $2 $3'],
    ['Tandem Roller', 'medium', String.raw`(DV)(\+?\d{2,3})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Single Drum Roller', 'medium', String.raw`(H|HC)([1-9]\d{0,2}I?)(P?)`, '$1 $2 $3'],
    ['Single Drum Roller', 'medium', String.raw`3(?:[2-6]\d{2})(?:HT)?P?`],
    ['Pneumatic Roller', 'medium', String.raw`(GRW|HP)(\d{2,3}I?)`, '$1 $2'],
    ['Roller', 'medium', String.raw`(RT)(\d{2})`, '$1 $2'],
  ],
};
