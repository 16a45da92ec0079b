import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Palazzani',
  makes: ['Aerial Work Platform'],
  models: [['Boom Lift', 'medium', String.raw`(XTJ|TSJ|TZX)(\d{2,3})(\.\d)?`, '$1 $2$3']],
};
