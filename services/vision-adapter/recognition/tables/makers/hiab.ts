import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hiab',
  makes: ['Crane'],
  models: [['Loader Crane', 'medium', String.raw`X-?(?:HIPRO|CLX|DUO)?\d{2,4}[A-Z]*`]],
};
