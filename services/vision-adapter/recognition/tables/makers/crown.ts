import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Crown',
  aliases: ['Crown Equipment'],
  words: ['CROWN'],
  makes: ['Forklift'],
  models: [
    [
      'Forklift',
      'strong',
      String.raw`(FC|RC|SC|RM|RMD|RR|RD|ESR|TSP|PE|PC|PTH|WP|PW|PR|WE|WD|ST|SX|ET|ES|SP|GPC|WF|WAV|WT|DT|C-5)(\d{2,4})((?:-\d{2,3})?)`,
      '$1 $2$3',
    ],
    ['Forklift', 'medium', String.raw`C[DG]\d{2}[A-Z](?:-\d)?`],
  ],
};
