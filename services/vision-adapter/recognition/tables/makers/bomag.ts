import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Bomag',
  aliases: ['Bomag', '宝马格'],
  former: ['Terex Roadbuilding', 'Marini'],
  makes: ['Roller', 'Asphalt Paver', 'Cold Planer', 'Plate Compactor', 'Landfill Compactor'],
  models: [
    [
      'Tandem Roller',
      'strong',
      String.raw`(BW)(\d{2,3})(A[DCPM]?[CDMOPW]?H?|AC[MW]|ADH|ADM|ADO|APO|S[CL]|HG?)(-?\d{1,2})?((?:AM(?:-\d{1,2})?)?)`,
      '$1 $2 $3$4 $5',
    ],
    [
      'Single Drum Roller',
      'strong',
      String.raw`(BW)(\d{3})(D[HI]?|PDH?|BVC|RC)(-\d{1,2})?((?:BVC|PD|SL)?)`,
      '$1 $2 $3$4 $5',
    ],
    ['Plate Compactor', 'strong', String.raw`(BPR|BPH|BP|BVP)(\d{2,3}/\d{2})([DSE]?)`, '$1 $2 $3'],
    ['Plate Compactor', 'strong', String.raw`(BT)(\d{2}(?:/\d)?)`, '$1 $2'],
    ['Cold Planer', 'strong', String.raw`(BM)(\d{3,4}/\d{2})(-\d)?`, '$1 $2$3'],
    ['Asphalt Paver', 'strong', String.raw`(BF)(\d{3})([CP]?)(-\d)?`, '$1 $2 $3$4'],

    [
      'Tandem Roller',
      'strong',
      String.raw`(BW)(\d{2,3})(A[DCMP]{1,2})(-\d)?((?:AM)?)`,
      '$1 $2 $3$4 $5',
    ],
    [
      'Single Drum Roller',
      'strong',
      String.raw`(BW)(\d{3})(D|DH|PDH|PD)(-\d{1,2})?((?:BVC)?)`,
      '$1 $2 $3$4 $5',
    ],
    ['Pneumatic Roller', 'strong', String.raw`(BW)(\d{1,3})(RH?)(-\d)?`, '$1 $2 $3$4'],
    ['Roller', 'medium', String.raw`(BW)(\d{2,3})`, '$1 $2'],
    ['Asphalt Paver', 'medium', String.raw`(BF)(\d{3})([CP]?)(-\d)?`, '$1 $2 $3$4'],
    ['Cold Planer', 'medium', String.raw`(BM)(\d{3,4})/?(\d{2})?(-\d)?`, '$1 $2'],
    ['Plate Compactor', 'medium', String.raw`(BPR|BP|BVP|BT)(\d{2})/?(\d{2})?D?(-\d)?`, '$1 $2/$3'],
    ['Landfill Compactor', 'strong', String.raw`(BC)(\d{3,4})(R[BS])(-\d)?`, '$1 $2 $3$4'],
    ['Roller', 'strong', String.raw`(BMP)(\d{3,4})`, '$1 $2'],
  ],
};
