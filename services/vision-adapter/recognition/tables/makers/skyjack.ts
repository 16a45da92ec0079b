import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Skyjack',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [['Scissor Lift', 'strong', String.raw`SJ(?:III)?\d{4}[A-Z]*`]],
};
