import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Wirtgen',
  makes: ['Cold Planer', 'Asphalt Paver'],
  models: [
    ['Cold Planer', 'strong', String.raw`(WR)(\d{3,4})((?:I|X|XI|XL|XLI|S|SK)?)`, '$1 $2 $3'],
    ['Cold Planer', 'strong', String.raw`(\d{3,4})(SM)((?:I|3\.8)?)`, '$1 $2 $3'],
    ['Asphalt Paver', 'medium', String.raw`(SP)(\d{2,4})((?:I|VARIO)?)`, '$1 $2 $3'],
    ['Cold Planer', 'medium', String.raw`(W)(\d{2,4})([A-Z]{0,3}|TURBO)`, '$1 $2 $3'],

    ['Cold Planer', 'strong', '(W)(1000|1200|1500|1900|2000|2100|2200)', '$1 $2'],
    ['Cold Planer', 'medium', String.raw`(W)(\d{2,4})([A-Z]{0,3})`, '$1 $2 $3'],
    ['Asphalt Paver', 'medium', String.raw`(SP)(\d{2,3}I?)`, '$1 $2'],
  ],
};
