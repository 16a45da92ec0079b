import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sennebogen',
  makes: ['Material Handler', 'Crane', 'Telehandler'],
  models: [
    ['Material Handler', 'medium', String.raw`8(?:17|18|21|25|30|35|40|50|55|60|70|80)[EMG]?`],
    ['Material Handler', 'medium', String.raw`(3\d{2}|7\d{2}|8\d{2})(E|G|M|R|EQ)`, '$1 $2'],
    ['Material Handler', 'weak', String.raw`8[1-9]\d|30[5]|310`],
    ['Crane', 'medium', String.raw`(6\d{2,3}|2200|3300|4400|5500|7700)(E|G|M|R|HD|SL)`, '$1 $2'],
    ['Crane', 'weak', '3300|4400|5500|7700'],
  ],
};
