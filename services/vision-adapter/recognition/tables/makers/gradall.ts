import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Gradall',
  makes: ['Excavator', 'Telehandler'],
  models: [
    ['Wheeled Excavator', 'medium', String.raw`(XL)(\d{4})([A-Z]{0,3})`, '$1 $2 $3'],
    ['Telehandler', 'medium', String.raw`\d{3}[A-D]\d?-\d{2}`],
  ],
};
