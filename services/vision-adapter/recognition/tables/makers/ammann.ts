import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ammann',
  makes: ['Roller', 'Asphalt Paver', 'Cold Planer', 'Plate Compactor'],
  models: [
    ['Tandem Roller', 'medium', String.raw`(ARX|AV)(\d{2,3})(-\d)?`, '$1 $2$3'],
    ['Single Drum Roller', 'medium', String.raw`(ASC|ARS)(\d{2,3})`, '$1 $2'],
    ['Asphalt Paver', 'medium', String.raw`(AFT|AFW)(\d{3})`, '$1 $2'],
  ],
};
