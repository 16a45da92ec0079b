import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hyster',
  makes: ['Forklift'],
  models: [
    ['Forklift', 'strong', String.raw`[HEJSRP]\d{1,2}\.\d{1,2}(?:[A-Z]{1,3}\d{0,2})?`],
    [
      'Forklift',
      'strong',
      String.raw`[HEJS]\d{2,4}(?:FT|XMS?|XL|XT|CT|UT|HD|XN|XNT|ZT|XD|XDS)(?:-?\d{1,2})?`,
    ],
    ['Forklift', 'strong', String.raw`RS\d{2}-\d{2}[A-Z]{1,2}`],
  ],
};
