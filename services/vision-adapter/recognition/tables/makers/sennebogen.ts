import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sennebogen',
  makes: ['Material Handler', 'Crane', 'Telehandler'],
  models: [
    ['Material Handler', 'medium', String.raw`8(?:17|18|21|25|30|35|40|50|55|60|70|80)[EMG]?`],
  ],
};
