import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Epiroc',
  former: ['Ingersoll Rand Drilling'],
  makes: ['Drilling Rig', 'Dump Truck', 'Loader'],
  models: [
    [
      'Drilling Rig',
      'strong',
      String.raw`(SMARTROC|FLEXIROC|POWERROC|AIRROC)([TDC]\d{2})([A-Z]{0,2}|MKII)`,
      '$1 $2 $3',
    ],
    [
      'Drilling Rig',
      'strong',
      String.raw`(BOOMER|SIMBA|EXPLORAC)([A-Z]{0,2}\d{1,4})([A-Z]?)`,
      '$1 $2 $3',
    ],
    ['Drilling Rig', 'strong', String.raw`(PITVIPER)(\d{3})`, '$1 $2'],
    ['Drilling Rig', 'medium', String.raw`(DM)(M\d|\d{2})((?:II|LP)?)`, '$1$2 $3'],
    ['Drilling Rig', 'medium', 'D65'],
    [
      'Loader',
      'medium',
      String.raw`(E?ST)(\d{1,4}(?:\.\d)?)([DG]?|LP)((?:BATTERY|SG)?)`,
      '$1$2$3 $4',
    ],
    [
      'Dump Truck',
      'medium',
      String.raw`(MT)(\d{2,4})(B|LP|S)?((?:BATTERY|SG|EDRIVE)?)`,
      '$1$2$3 $4',
    ],
  ],
};
