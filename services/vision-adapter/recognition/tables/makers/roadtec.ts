import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Roadtec',
  makes: ['Asphalt Paver', 'Cold Planer'],
  models: [
    ['Asphalt Paver', 'medium', String.raw`(RP|SB|MTV)-?(\d{3,4})([A-Z]{0,2})`, '$1-$2$3'],
    ['Cold Planer', 'medium', String.raw`(RX)-?(\d{2,3})([A-Z]{0,2})`, '$1-$2$3'],
  ],
};
