import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Wacker Neuson',
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
  ],
};
