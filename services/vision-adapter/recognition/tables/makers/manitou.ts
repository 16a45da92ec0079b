import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Manitou',
  makes: ['Telehandler', 'Forklift', 'Loader', 'Aerial Work Platform'],
  models: [
    ['Telehandler', 'medium', String.raw`(MTA?)-?(\d{3,5})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Telehandler', 'strong', String.raw`(MHT)-?X?(\d{3,5})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Telehandler', 'strong', String.raw`(MLT)-?(\d{3,4})-?(\d{3})?([A-Z]{0,2})`, '$1 $2 $3 $4'],
    ['Rotating Telehandler', 'strong', String.raw`(MRT)-?(\d{4})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Forklift', 'medium', String.raw`(MC|MI|M)(\d{2,3})-?(\d)?`, '$1 $2'],
    ['Aerial Work Platform', 'medium', String.raw`\d{3}(?:ATJ|AETJ|TJ)|(?:ATJ|TJ)\d{2,3}`],
  ],
};
