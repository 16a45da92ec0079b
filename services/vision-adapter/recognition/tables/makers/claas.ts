import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Claas',
  makes: ['Telehandler', 'Loader'],
  models: [
    ['Telehandler', 'strong', String.raw`(SCORPION)(\d{3,4})((?:VARIPOWER)?)`, '$1 $2 $3'],
    ['Wheel Loader', 'strong', String.raw`(TORION)(\d{3,4})([A-Z]*)`, '$1 $2 $3'],
  ],
};
