import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Zoomlion',
  aliases: ['Zoomlion', '中联重科'],
  makes: ['Excavator', 'Crane', 'Concrete Pump', 'Aerial Work Platform'],
};
