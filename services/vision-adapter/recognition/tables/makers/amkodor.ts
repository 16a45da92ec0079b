import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Amkodor',
  aliases: ['Amkodor', 'Амкодор'],
  makes: ['Loader', 'Roller', 'Motor Grader', 'Excavator', 'Harvester', 'Forwarder'],
  models: [
    ['Wheel Loader', 'medium', String.raw`3\d{2}[A-ZА-Я]{0,2}`],
    ['Roller', 'medium', String.raw`6\d{3}[A-ZА-Я]?`],
  ],
};
