import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Combilift',
  makes: ['Forklift'],
  models: [['Forklift', 'strong', String.raw`(?:C|CB|ES|CS|COMBI)-?\d{3,5}[A-Z]{0,4}`]],
};
