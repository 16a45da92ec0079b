import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Belle',
  aliases: ['Belle Group'],
  words: ['BELLE'],
  makes: ['Plate Compactor', 'Roller', 'Site Dumper'],
  models: [
    [
      'Plate Compactor',
      'medium',
      String.raw`(PCX|PCLX|PCEL|RPC|FC)(\d{2,4}(?:/\d{2})?[A-Z]{0,2})`,
      '$1 $2',
    ],
    ['Roller', 'medium', String.raw`(TDX|BWR)(\d{2,4})`, '$1 $2'],
  ],
};
