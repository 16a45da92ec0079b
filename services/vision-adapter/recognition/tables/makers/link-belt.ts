import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Link-Belt',
  makes: ['Excavator', 'Crane'],
  models: [['Excavator', 'strong', String.raw`\d{3}X\d(?:LF|EX|MSR|HW)?`]],
};
