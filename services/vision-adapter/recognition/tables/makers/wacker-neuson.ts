import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Wacker Neuson',
  aliases: ['Wacker Neuson', '威克诺森'],
  words: ['NEUSON', 'WACKER'],
  makes: ['Excavator', 'Loader', 'Site Dumper', 'Telehandler', 'Roller', 'Plate Compactor'],
  models: [
    ['Mini Excavator', 'medium', String.raw`E[TZ]\d{2,3}E?|803`],
    ['Wheeled Excavator', 'medium', String.raw`EW\d{2,3}`],
    ['Wheel Loader', 'medium', String.raw`WL\d{2,4}[ET]?`],
    ['Site Dumper', 'medium', String.raw`D[WTV]\d{2,3}E?`],
    ['Telehandler', 'medium', String.raw`TH\d{3}E?`],
    ['Tandem Roller', 'medium', String.raw`RD\d{2}[A-Z]?`],
    ['Single Drum Roller', 'medium', String.raw`RC\d{2,3}`],
    ['Skid Steer Loader', 'medium', String.raw`S[W]\d{2}`],
    ['Compact Track Loader', 'medium', String.raw`ST\d{2}`],
    ['Plate Compactor', 'strong', String.raw`(?:DPU|BPU|VP|WP|AP)\d{4}[A-Z]*`],
    [
      'Mini Excavator',
      'medium',
      String.raw`[1-8][0-9]03|(?:\d{2}Z3)|1[0-9]{3}|2404|12002|14504|[23]8Z3|50Z3`,
    ],
    ['Mini Excavator', 'medium', String.raw`(803|\d{4})(RD|DUALPOWER)`, '$1 $2'],
    ['Wheeled Excavator', 'medium', '([69]503)(WD)?', '$1 $2'],
    ['Site Dumper', 'medium', String.raw`(?:[1-9]|10)[05]?01S?|D[WTV]\d{2,3}[EPS]?|1[56]01|10001`],
    ['Tandem Roller', 'medium', String.raw`RD\d{1,2}[A-Z]?(?:-\d{2,3}[A-Z]?)?`],
    ['Single Drum Roller', 'medium', String.raw`RC\d{2,3}P?`],
    ['Skid Steer Loader', 'medium', '[579]01S[P]?'],
    [
      'Plate Compactor',
      'strong',
      String.raw`(DPU|BPU|BPS|VP|WP|AP|APU|APS)(\d{2,4}[A-Z]*)`,
      '$1 $2',
    ],
    ['Plate Compactor', 'medium', String.raw`MP\d{2}`],
    ['Wheel Loader', 'medium', String.raw`WL\d{2,4}[A-Z]?`],
  ],
};
