import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ammann',
  former: ['Rammax'],
  makes: ['Roller', 'Asphalt Paver', 'Cold Planer', 'Plate Compactor'],
  models: [
    [
      'Tandem Roller',
      'medium',
      String.raw`(E?ARX|AV|AR|ARP)(\d{2,3}(?:\.\d)?)(-\d)?([A-Z]{0,2})`,
      '$1 $2$3 $4',
    ],
    ['Single Drum Roller', 'medium', String.raw`(ASC|ARS|AC)(\d{2,3})(D|HX|PD|HT)?`, '$1 $2 $3'],
    [
      'Plate Compactor',
      'strong',
      String.raw`(APF|APR|APH|AVP|APFE)(\d{2}[-/]\d{2}|\d{4})((?:TC|CC|E)?)`,
      '$1 $2 $3',
    ],
    ['Plate Compactor', 'strong', String.raw`(APH)(1\d{2}-\d{2})`, '$1 $2'],
    ['Asphalt Paver', 'medium', String.raw`(AFT|AFW)(\d{3})(-\d)?((?:G|E)?)`, '$1 $2$3 $4'],

    ['Tandem Roller', 'medium', String.raw`(ARX|AV)(\d{2,3})(-\d)?`, '$1 $2$3'],
    ['Single Drum Roller', 'medium', String.raw`(ASC|ARS)(\d{2,3})`, '$1 $2'],
    ['Asphalt Paver', 'medium', String.raw`(AFT|AFW)(\d{3})`, '$1 $2'],
  ],
};
