import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Magni',
  makes: ['Aerial Work Platform', 'Telehandler'],
  models: [
    ['Rotating Telehandler', 'strong', String.raw`(RTH)(\d{1,2}\.\d{2})([A-Z]{0,3})`, '$1 $2 $3'],
  ],
};
