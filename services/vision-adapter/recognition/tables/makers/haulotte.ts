import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Haulotte',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [['Boom Lift', 'medium', String.raw`HA\d{2}[A-Z]*`]],
};
