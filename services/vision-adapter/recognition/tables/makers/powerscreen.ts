import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Powerscreen',
  makes: ['Crusher', 'Screener'],
  models: [
    [
      'Screener',
      'strong',
      String.raw`(WARRIOR|CHIEFTAIN|POWERTRAK|PHOENIX|TITAN)(\d{3,4}[A-Z]?)`,
      '$1 $2',
    ],
    [
      'Crusher',
      'strong',
      String.raw`(PREMIERTRAK|TRAKPACTOR|METROTRAK|MAXTRAK)(\d{2,4}[XR]?)`,
      '$1 $2',
    ],
    ['Crusher', 'medium', String.raw`XH\d{3}(?:SR)?|XA\d{3}|XV\d{3}`],
  ],
};
