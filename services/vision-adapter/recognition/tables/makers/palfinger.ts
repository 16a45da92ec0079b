import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Palfinger',
  makes: ['Crane', 'Aerial Work Platform'],
  models: [['Loader Crane', 'strong', String.raw`(PK)(\d{4,6})([A-Z]{0,3})`, '$1 $2 $3']],
};
