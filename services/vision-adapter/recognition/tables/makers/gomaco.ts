import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Gomaco',
  makes: ['Asphalt Paver'],
  models: [['Asphalt Paver', 'strong', String.raw`(GP|GT|CC)-?(\d{4}[A-Z]?)`, '$1$2']],
};
