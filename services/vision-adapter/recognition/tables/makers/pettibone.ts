import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Pettibone',
  makes: ['Telehandler', 'Crane'],
  models: [['Telehandler', 'medium', String.raw`(?:T|X|M)\d{3,5}[A-Z]?|(EXTENDO)(\d{3,4}X?)`]],
};
