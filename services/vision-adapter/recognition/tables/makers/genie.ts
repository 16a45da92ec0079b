import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Genie',
  aliases: [],
  words: ['GENIE'],
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Scissor Lift', 'strong', String.raw`(GS)[- ]?(\d{4})(M)`, '$1-$2m'],
    [
      'Boom Lift',
      'strong',
      String.raw`(S|SX|Z|ZX|TZ)-?(\d{2,3}(?:/\d{1,2})?N?J?)((?:XC|HC|HF|TRAX|X|J|HD|N|NRJ|RJ|RT|DC|BI|FE|IC|JRT|JDC|JN|NJ|NJRT)*)`,
      '$1-$2 $3',
    ],
    ['Telehandler', 'strong', String.raw`(GTH)-?(\d{3,4})((?:EX|SX|R|SR)?)`, '$1-$2 $3'],
    [
      'Aerial Work Platform',
      'strong',
      String.raw`(AWP|IWP|GRC?|QS|SLA|SLC|DPL|TML)-?(\d{2,4}[A-Z]{0,2})`,
      '$1-$2',
    ],

    ['Scissor Lift', 'strong', String.raw`(GS)-?(\d{4})([A-Z]*)`, '$1-$2 $3'],
    ['Boom Lift', 'strong', String.raw`[SZ]X?-?\d{2,3}(?:/\d{2})?[A-Z]*`],
    ['Telehandler', 'strong', String.raw`GTH-?\d{4}[A-Z]*`],
  ],
};
