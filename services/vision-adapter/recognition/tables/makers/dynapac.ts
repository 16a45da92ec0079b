import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Dynapac',
  former: ['Svedala'],
  makes: ['Roller', 'Asphalt Paver', 'Cold Planer', 'Plate Compactor'],
  models: [
    ['Single Drum Roller', 'medium', String.raw`CA\d{2,4}[A-Z]{0,2}`],
    ['Tandem Roller', 'medium', String.raw`C[CO]\d{2,4}[A-Z]{0,2}`],
    ['Pneumatic Roller', 'medium', String.raw`CP\d{2,4}[A-Z]?`],
    ['Asphalt Paver', 'medium', String.raw`SD\d{4}[A-Z]{0,2}|F\d{3,4}[A-Z]{0,2}`],
    ['Cold Planer', 'medium', String.raw`PL\d{3,4}[A-Z]?`],
    ['Single Drum Roller', 'medium', String.raw`CA\d{2,4}(?:-II|[A-Z]{0,2})`],
    ['Tandem Roller', 'medium', String.raw`(C[COX]\d{1,4}[A-Z]{0,2})(VI|HF)?`, '$1 $2'],
    ['Asphalt Paver', 'medium', String.raw`(?:SD|FD?|D|DF)\d{1,4}[A-Z]{0,2}`],
    ['Plate Compactor', 'medium', String.raw`(?:DRP|DFP|LF|LG|LH|LT)\d{1,3}[A-Z]{0,2}`],
    ['Pneumatic Roller', 'medium', String.raw`CP\d{2,4}[A-Z]?`],
  ],
};
